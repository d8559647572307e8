"""The words of the page around the graphs; any language other than ja is answered in English."""

from dataclasses import dataclass

from toban.domain.series import Period


@dataclass(frozen=True, slots=True)
class PageWords:
    """`rows` says what a row of the table is; `read` how figures are read with the keyboard."""

    title: str
    skip: str
    choose: str
    periods: dict[Period, str]
    up_to: str
    overview: str
    most: str
    read: str
    table: str
    rows: dict[Period, str]
    time: str
    csv: str
    events: str
    began: str
    ended: str
    what: str
    goes_on: str
    no_events: str
    nothing_yet: str
    nothing_why: str
    nothing_here: str
    personal: str
    questions: str


_JA = PageWords(
    title="リソースグラフ",
    skip="グラフへ進む",
    choose="期間",
    periods={
        Period.DAY: "24 時間",
        Period.WEEK: "7 日間",
        Period.MONTH: "30 日間",
        Period.YEAR: "1 年間",
    },
    up_to="表示時点",
    overview="現在の値",
    most="最大",
    read="左右の矢印キーで値を読めます",
    table="数値を表で見る",
    rows={
        Period.DAY: "30 分ごとの平均（新しい順）",
        Period.WEEK: "6 時間ごとの平均（新しい順）",
        Period.MONTH: "1 日ごとの平均（新しい順）",
        Period.YEAR: "1 週間ごとの平均（新しい順）",
    },
    time="開始時刻",
    csv="CSV をダウンロード",
    events="この期間の障害とメンテナンス",
    began="開始",
    ended="終了",
    what="種別",
    goes_on="継続中",
    no_events="この期間に障害とメンテナンスはありませんでした。",
    nothing_yet="この期間の計測値はまだありません。",
    nothing_why=(
        "計測値は、サーバの SNMP エージェントから 5 分ごとに取得します。監視開始の直後か、"
        "エージェントが応答しない間は、ここに何も表示されません。"
    ),
    nothing_here="この期間のデータはありません。",
    personal=(
        "このページのリンクはお客様専用で、{until} まで有効です。転送なさらないようお願いします。"
    ),
    questions="お問い合わせ",
)
_EN = PageWords(
    title="Resource graphs",
    skip="Skip to the graphs",
    choose="Period",
    periods={
        Period.DAY: "24 hours",
        Period.WEEK: "7 days",
        Period.MONTH: "30 days",
        Period.YEAR: "1 year",
    },
    up_to="As of",
    overview="Current values",
    most="max",
    read="Left and right arrow keys read the values",
    table="Show the figures as a table",
    rows={
        Period.DAY: "Averages of 30 minutes, newest first",
        Period.WEEK: "Averages of 6 hours, newest first",
        Period.MONTH: "Averages of a day, newest first",
        Period.YEAR: "Averages of a week, newest first",
    },
    time="From",
    csv="Download CSV",
    events="Incidents and maintenance in this period",
    began="From",
    ended="To",
    what="What",
    goes_on="going on",
    no_events="There were neither incidents nor maintenance in this period.",
    nothing_yet="Nothing has been measured in this period yet.",
    nothing_why=(
        "Figures are fetched from the server's SNMP agent every 5 minutes. Right after monitoring "
        "has begun, or while the agent does not answer, there is nothing to show."
    ),
    nothing_here="No data in this period.",
    personal=(
        "The link to this page is yours alone and good until {until}. Please do not pass it on."
    ),
    questions="Questions",
)


def page_words(locale: str) -> PageWords:
    """Return the words of the language."""
    return _JA if locale == "ja" else _EN
