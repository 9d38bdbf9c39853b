namespace Rapport.Server.Tests.Leaks;

/// <summary>Makes requests of the pages on which others' records are read, out of chance.</summary>
internal sealed class PageKnocks(TwinWorlds worlds, Random random)
{
    private static readonly string[] Kinds = ["results", "conditions", "medicines", "visits", "allergies", "vaccines", "procedures", "documents", "agreements", "you", "other", "nonsense"];
    private static readonly string[] Behind = ["", "", "/chart", "/series", "/ecg"];

    private readonly IReadOnlyList<Planted> _entries = worlds.Entries;

    /// <summary>What the recipient looks at in every case.</summary>
    public IEnumerable<Knock> Plain() => ((string[])["", "/summary", .. _entries.Select(static entry => $"/{entry.Type}/<{entry.Name}>")])
        .Select(rest => new Knock("pages", "doctor-page", $"/shared/<patient>{rest}?for={worlds.Plan.Purpose}"));

    /// <summary>The pages of whoever acts for somebody; for all others there are none. They tell what one did last, so that they are asked before much is done at once.</summary>
    public static IEnumerable<Knock> Acting() =>
        from rest in (string[])
        [
            "", "/by-hand", "/file", "/visit", "/visit?all=1", "/emergency", "/ledger", "/emergency-card/edit",
            "/emergency-card", "/emergency-card/paper", "/emergency-card/file", "/emergency/items?in=seen.results",
            "/circle", "/circle/invitations", "/circle/invitations/made", "/circle/remove?who=<doctor>", "/circle/block?who=<stranger>", "/circle/blocked",
            "/care", "/care/new", "/care/made", "/care/out?who=<doctor>", "/care/out?who=<stranger>",
            "/requests", "/requests/review?draft=x", "/requests/answer?request=x", "/requests/what?draft=x", "/requests/items?draft=x&in=seen.results",
        ]
        from who in (string[])["doctor-page", "doctor-page-es", "stranger-page"]
        select new Knock("acting", who, $"/acting/<patient>{rest}");

    /// <summary>Another request.</summary>
    public Knock Next() => new("pages", Who, random.Next(12) switch
    {
        0 => Pick(["/shared", "/shared?find=Ada", "/shared?page=2", "/circle", "/circle?find=x", "/requests"]),
        1 or 2 => $"/shared/{Whose}/summary{For("?")}",
        3 or 4 or 5 => Entry(),
        6 => $"/shared/{Whose}/Binary/<{Pick(_entries).Name}>/content{For("?")}",
        _ => Timeline(),
    });

    private string Who => random.Next(10) switch { 0 => "stranger-page", 1 or 2 => "doctor-page-es", 3 when random.Next(10) == 0 => "nobody", 4 when random.Next(10) == 0 => "doctor", _ => "doctor-page" };

    private string Whose => Pick(["<patient>", "<patient>", "<patient>", "<patient>", "<patient>", "<patient>", "<nobody>", "<strangers>"]);

    private string For(string joint) => worlds.Plan.Purpose != "TREAT" ? $"{joint}for={worlds.Plan.Purpose}" : random.Next(8) == 0 ? $"{joint}for={Pick(["TREAT", "ETREAT", "CAREMGT", "FAMRQT", "BTG", "PWATRNY", "x"])}" : "";

    private string Entry()
    {
        var entry = Pick(_entries);
        var id = random.Next(10) == 0 ? "<nothing>" : $"<{entry.Name}>";
        return $"/shared/{Whose}/{entry.Type}/{id}{Pick(Behind)}{For("?")}{(random.Next(6) == 0 ? (worlds.Plan.Purpose == "TREAT" ? "?" : "&") + $"version={random.Next(4)}" : "")}";
    }

    private string Timeline()
    {
        List<string> query = [];
        var words = Pick(_entries).Words;
        Add(2, $"kind={Pick(Kinds)}");
        Add(4, $"from={words.Date[..4]}");
        Add(4, $"to={words.Date[..4]}");
        Add(2, $"q={Uri.EscapeDataString(Pick([words.Text, words.Text[..5], "plain", words.Code.Split('|')[1], "glucose", "asthma", words.Number]))}");
        Add(6, $"after=<{Pick(_entries).Name}'>");
        Add(10, "source=1");
        var purpose = For("");
        return $"/shared/{Whose}{(query.Count + purpose.Length > 0 ? "?" : "")}{string.Join('&', purpose.Length > 0 ? query.Prepend(purpose) : query)}";

        void Add(int of, string part)
        {
            if (random.Next(of) == 0)
            {
                query.Add(part);
            }
        }
    }

    private T Pick<T>(IReadOnlyList<T> of) => of[random.Next(of.Count)];
}
