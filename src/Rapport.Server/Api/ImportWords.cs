using Rapport.Gathering;
using Rapport.Records;

namespace Rapport.Server.Api;

/// <summary>What an import says of itself, the same on the command line and over HTTP.</summary>
internal static class ImportWords
{
    /// <summary>That the input names somebody else, and what to do when it is the patient's all the same.</summary>
    public static string Doubt(IdentityDoubt doubt, string howToConfirm) =>
        $"this is about {Who(doubt.InputName, doubt.InputBirthDate)}, and the record is about {Who(doubt.RecordName, doubt.RecordBirthDate)}: "
        + $"if it belongs in this record all the same, {howToConfirm}";

    /// <summary>How many resources became what: <c>120 new (80 Observation, 40 Condition)</c>.</summary>
    public static IEnumerable<string> Summary(ImportResult result)
    {
        foreach (var (what, word) in new[]
        {
            (ImportedAs.Added, "new"), (ImportedAs.Updated, "updated"), (ImportedAs.Unchanged, "already there"), (ImportedAs.LeftOut, "left out"),
        })
        {
            var counts = result.Count(what);
            if (counts.Count > 0)
            {
                yield return $"{counts.Values.Sum()} {word} ({string.Join(", ", counts.Select(c => $"{c.Value} {c.Key}"))})";
            }
        }
    }

    /// <summary>What a source brought beside its entries: series, what was not taken, what such sources usually have.</summary>
    public static IEnumerable<string> Report(SourceReport? report)
    {
        if (report is null)
        {
            yield break;
        }

        if (report.IsPartial)
        {
            yield return "only the good part was taken: other parts of it are damaged";
        }

        if (report.Link is { } link)
        {
            yield return $"it came by a health link from `{link.Host}`{(link.MayChange ? "; the link may give something else later" : "")}";
        }

        foreach (var card in report.Cards)
        {
            yield return $"health card of `{card.Issuer}`: {Standing(card)}{(card.IsExpired ? $"; it expired {card.Expires}" : "")}";
        }

        if (report.Series.Count > 0)
        {
            yield return $"measurements: {string.Join(", ", report.Series.Select(s => $"{s.Value} {s.Key}"))}";
        }

        foreach (var skipped in report.NotTaken)
        {
            yield return $"not taken: {(skipped.Count > 1 ? $"{skipped.Count} × " : "")}`{skipped.What}`{(skipped.Where.Length > 0 ? $" ({skipped.Where})" : "")}: {Why(skipped.Why)}";
        }

        if (report.Lacks.Count > 0)
        {
            yield return $"such a source usually also has: {string.Join(", ", report.Lacks)}";
        }
    }

    /// <summary>Why a part of a source was not taken.</summary>
    public static string Why(NotTakenReason why) => why switch
    {
        NotTakenReason.UnknownKind => NotTakenText.UnknownKind,
        NotTakenReason.SaysNothing => NotTakenText.SaysNothing,
        NotTakenReason.NoMeaning => NotTakenText.NoMeaning,
        NotTakenReason.NoTime => NotTakenText.NoTime,
        NotTakenReason.NoValue => NotTakenText.NoValue,
        NotTakenReason.UnknownUnit => NotTakenText.UnknownUnit,
        NotTakenReason.Implausible => NotTakenText.Implausible,
        NotTakenReason.Repeated => NotTakenText.Repeated,
        NotTakenReason.NotAboutPatient => NotTakenText.NotAboutPatient,
        NotTakenReason.SomebodyElse => NotTakenText.SomebodyElse,
        NotTakenReason.Damaged => NotTakenText.Damaged,
        NotTakenReason.TooLarge => NotTakenText.TooLarge,
        NotTakenReason.AccessElsewhere => NotTakenText.AccessElsewhere,
        NotTakenReason.NotValid => NotTakenText.NotValid,
        _ => throw new ArgumentOutOfRangeException(nameof(why)),
    };

    private static string Standing(CardReport card) => card.Refused switch
    {
        null => StandingOfTaken(card),
        CardRefusal.Forged => "not taken: the signature is not theirs",
        CardRefusal.TakenBack => "not taken: they took it back",
        CardRefusal.NotYet => "not taken: it holds only from a later day on",
        _ => throw new ArgumentOutOfRangeException(nameof(card)),
    };

    private static string StandingOfTaken(CardReport card) => card.Standing switch
    {
        CardStanding.Verified => "the signature is verified; " + (card.IsRevocationChecked ? "it is not taken back" : "whether it was taken back is not known"),
        CardStanding.IssuerUnknown => "stated, not verified: the issuer is not known here",
        CardStanding.KeyUnknown => "stated, not verified: it is signed with a key that is not among the issuer's",
        _ => throw new ArgumentOutOfRangeException(nameof(card)),
    };

    private static string Who(string? name, string? birthDate) =>
        (name is null ? "somebody without a name" : $"`{name}`") + (birthDate is null ? "" : $", born {birthDate}");
}
