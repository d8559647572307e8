"""The comments of what is written about an agent, in the customer's language; a line each."""

WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "ja": {
        "title": (
            "{server} の監視エージェント (net-snmp の snmpd) の設定です。",
            "監視項目から作成しています。監視項目を変更したときは toban agent config で作り直し、",
            "snmpd を再起動してください。",
            "置き場所: /etc/snmp/snmpd.conf",
        ),
        "listen": ("待ち受け",),
        "quiet": ("問い合わせごとの記録はしません",),
        "who": ("参照の権限: 監視に必要な範囲だけを、読み取り専用で許可します",),
        "firewall": (
            "ファイアウォールで UDP {port} を次の監視元だけに許可してください:",
            "{sources}",
        ),
        "no_sources": (
            "ファイアウォールで UDP {port} を弊社の監視元アドレスだけに許可してください。",
        ),
        "access": (
            "秘密の値はこのファイルに書きません。次の行を {path} に書いて値を入れ、",
            "snmpd だけが読めるようにしてください (chmod 640、グループは snmpd の実行グループ)。",
        ),
        "value": ("{key} は {secret} として登録された値です。",),
        "v3": (
            "snmpd を止めて /var/lib/snmp/snmpd.conf に書くこともできます。",
            "その場合は起動時に鍵へ変換され、元の値はサーバに残りません。",
            "SHA-256 は net-snmp 5.8 以降で使えます。",
            "それより古い場合は SHA とし、登録値の auth_protocol も SHA としてください。",
        ),
        "proc": ("プロセスの数",),
        "disk": ("ディスクと inode の使用率",),
        "load": ("ロードアベレージ (判定は監視側で行うため、ここでの閾値は 0 = なし)",),
        "extend": ("監視用のコマンド。読み取りだけを行い、2 秒で打ち切ります",),
        "mysql_repl": (
            "/etc/toban/mysql.cnf に [client] の user と password を書きます (chmod 640)。",
            "権限は REPLICATION CLIENT (MariaDB では REPLICA MONITOR) だけで足ります。",
        ),
        "mail_queue": (
            "Exim では queue_list_requires_admin = false の設定が必要です。",
            "Postfix は、authorized_mailq_users を絞っていなければそのままで構いません。",
        ),
        "raid_hw": (
            "RAID コントローラがある場合は、snmpd の実行ユーザに",
            "storcli の /call/vall show だけを sudo で許可してください。",
        ),
    },
    "en": {
        "title": (
            "The agent (net-snmp's snmpd) of {server}, made from its monitors.",
            "When they change, make it again with toban agent config and restart snmpd.",
            "Its place: /etc/snmp/snmpd.conf",
        ),
        "listen": ("Where it listens",),
        "quiet": ("It does not log every question",),
        "who": ("Who may read: only what is monitored, and nothing can be written",),
        "firewall": (
            "Let these addresses of the monitoring reach UDP {port}, nobody else:",
            "{sources}",
        ),
        "no_sources": ("Let the addresses of the monitoring reach UDP {port}, nobody else.",),
        "access": (
            "No secret stands in this file. Write these lines into {path},",
            "put the values in, and let only snmpd read it (chmod 640, its group that of snmpd).",
        ),
        "value": ("{key} as registered in {secret}.",),
        "v3": (
            "They may also be written into /var/lib/snmp/snmpd.conf while snmpd is stopped:",
            "at its start they become keys, and the values are no longer on the server.",
            "SHA-256 needs net-snmp 5.8. Before that write SHA, as auth_protocol of the value too.",
        ),
        "proc": ("Numbers of processes",),
        "disk": ("Use of disks and inodes",),
        "load": ("Load average (judged by the monitoring, so limits here are 0: none)",),
        "extend": ("Commands of the monitoring: they only read, and are ended after 2 seconds",),
        "mysql_repl": (
            "Write user and password under [client] into /etc/toban/mysql.cnf, chmod 640.",
            "REPLICATION CLIENT (MariaDB: REPLICA MONITOR) is all that the account needs.",
        ),
        "mail_queue": (
            "Exim needs queue_list_requires_admin = false;",
            "Postfix nothing, unless authorized_mailq_users was narrowed.",
        ),
        "raid_hw": (
            "With a RAID controller, let snmpd's user run storcli /call/vall show through sudo,",
            "and nothing else.",
        ),
    },
}
