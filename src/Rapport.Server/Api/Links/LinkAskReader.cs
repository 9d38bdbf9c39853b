using System.Globalization;
using System.Text.Json;
using Rapport.Fhir;
using Rapport.Server.Hosting;
using Rapport.Server.LinksGiven;

namespace Rapport.Server.Api.Links;

/// <summary>Reads what a script asks for with a link, strictly: what is not understood is told. For one body.</summary>
/// <param name="now">The present moment.</param>
internal sealed class LinkAskReader(DateTimeOffset now) : StrictReader
{
    private const int MostListed = 100;
    private const int MostCode = 200;

    private static readonly string[] Properties = ["label", "passcode", "expires", "openings", "longTerm", "direct", "what"];
    private static readonly string[] WhatProperties = ["types", "codes", "from", "to", "entries"];

    /// <summary>The link that is asked for. What is wrong with it is told instead of it.</summary>
    public LinkDraft Read(JsonElement root)
    {
        root = Object(root, "the body", Properties);
        var label = LinkDraft.LabelOf(Text(root, "label"));
        Require(label is not null, $"`label` is what the link is called: 1 to {LinkDraft.MostLabel} letters on one line");
        var passcode = Text(root, "passcode");
        Require(passcode is null || LinkDraft.IsPasscode(passcode), $"`passcode` has {LinkDraft.LeastPasscode} to {LinkDraft.MostPasscode} letters, and no space at its ends");
        var expires = Moment(root, "expires");
        Require(expires is null || expires > now, "`expires` is over: give a moment that is still to come");
        var isDirect = Flag(root, "direct");
        Require(!isDirect || passcode is null, "`direct` goes without a passcode: leave one of them out");
        var terms = Terms(root);
        return new LinkDraft
        {
            Label = label ?? "",
            Passcode = passcode,
            Openings = Openings(root),
            IsLongTerm = Flag(root, "longTerm"),
            IsDirect = isDirect,
            IsSummary = ReferenceEquals(terms, LinkDraft.SummaryTerms),
            Terms = terms with { Until = expires },
        };
    }

    private int? Openings(JsonElement root)
    {
        if (Child(root, "openings") is not { } count)
        {
            return null;
        }

        var number = 0;
        Require(count.ValueKind == JsonValueKind.Number && count.TryGetInt32(out number) && number is >= 1 and <= LinkDraft.MostOpenings, $"`openings` is a whole number from 1 to {LinkDraft.MostOpenings}");
        return number;
    }

    private LinkTerms Terms(JsonElement root)
    {
        const string shape = "`what` says what is shared: `\"summary\"`, or an object with `types`, `codes`, `from`, `to`, `entries`";
        if (Child(root, "what") is not { } what || what.ValueKind is not (JsonValueKind.String or JsonValueKind.Object))
        {
            Require(false, shape);
            return LinkDraft.SummaryTerms;
        }

        if (what.ValueKind == JsonValueKind.String)
        {
            Require(what.GetString() == "summary", shape);
            return LinkDraft.SummaryTerms;
        }

        what = Object(what, "`what`", WhatProperties);
        var types = Texts(what, "types");
        foreach (var type in types)
        {
            Require(SearchParameters.Find(type, "_id") is not null, $"`{Failure.Short(type)}` is no FHIR type");
            Require(type != "Consent", "agreements are never behind a link: leave `Consent` out of `types`");
        }

        var codes = Texts(what, "codes").ConvertAll(CodeOf);
        var (from, to) = (Day(what, "from"), Day(what, "to"));
        Require(!(from > to), "`from` comes after `to`");
        var entries = Texts(what, "entries");
        var hasKinds = types.Count + codes.Count > 0 || from is not null || to is not null;
        Require(hasKinds || entries.Count > 0, "`what` says nothing: name `types`, `codes`, a period or `entries`");
        return new LinkTerms { Purpose = LinkDraft.UsualPurpose, HasKinds = hasKinds, Types = types, Codes = codes, From = from, To = to, Entries = entries };
    }

    private LinkCode CodeOf(string text)
    {
        var bar = text.IndexOf('|', StringComparison.Ordinal);
        var isCode = text.Length <= MostCode && bar > 0 && bar < text.Length - 1 && Uri.IsWellFormedUriString(text[..bar], UriKind.Absolute);
        Require(isCode, $"`{Failure.Short(text)}` names no code: write its system too, such as `http://loinc.org|4548-4`");
        return isCode ? new LinkCode(text[..bar], text[(bar + 1)..]) : default;
    }

    private List<string> Texts(JsonElement of, string name)
    {
        if (Child(of, name) is not { } list)
        {
            return [];
        }

        var isList = list.ValueKind == JsonValueKind.Array && list.GetArrayLength() <= MostListed && list.EnumerateArray().All(static item => item.ValueKind == JsonValueKind.String);
        Require(isList, $"`{name}` is a list of at most {MostListed} texts");
        return isList ? [.. list.EnumerateArray().Select(static item => item.GetString()!).Distinct()] : [];
    }

    /// <summary>An instant, a day (which is the last one, in UTC), or seconds since 1970 as links themselves say it.</summary>
    private DateTimeOffset? Moment(JsonElement of, string name)
    {
        var moment = Child(of, name) switch
        {
            null => null,
            { ValueKind: JsonValueKind.Number } number when number.TryGetInt64(out var seconds) && seconds is > 0 and < 253_402_300_800 => DateTimeOffset.FromUnixTimeSeconds(seconds),
            { ValueKind: JsonValueKind.String } text => MomentOf(text.GetString()!),
            _ => null,
        };
        Require(moment is not null || Child(of, name) is null, $"`{name}` is a moment like `2026-05-03T18:00:00Z`, or the last day like `2026-05-03`");
        return moment;
    }

    private static DateTimeOffset? MomentOf(string text)
    {
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", out var day))
        {
            return day < DateOnly.MaxValue ? new DateTimeOffset(day.AddDays(1).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero) : null;
        }

        var hasZone = text.Length is > 16 and <= 40 && text[10] == 'T' && (text[^1] == 'Z' || (text[^6] is '+' or '-' && text[^3] == ':'));
        return hasZone && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment) ? moment : null;
    }
}
