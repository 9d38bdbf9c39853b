using Rapport.Consent;
using Rapport.Ledger;
using Rapport.Records;

namespace Rapport.Server.Pages.Ledger;

/// <summary>A ledger entry told in one plain sentence to the patient whose ledger it is.</summary>
internal static class LedgerSentence
{
    /// <summary>The sentence.</summary>
    /// <param name="row">The entry.</param>
    /// <param name="own">The patient's reference, so that their own deeds are told as theirs.</param>
    /// <param name="consents">What is told of each consent, by its id.</param>
    public static string Of(LedgerRow row, string own, IReadOnlyDictionary<string, ConsentWords> consents)
    {
        if (row.Details is not { } details)
        {
            return "Something happened whose details were erased.";
        }

        var who = details.Actor == own ? "You" : details.ActorName ?? details.Actor;
        var entries = Say.Count(details.EntryCount, "entry", "entries");
        return details.Kind switch
        {
            LedgerKind.Created => "Your record began.",
            LedgerKind.Gathered => $"{who} added {entries}{From(details.Note)}.",
            LedgerKind.Consented => $"{who} agreed to share{With(details.Consents, consents)}.",
            LedgerKind.Revoked => $"{who} stopped sharing{With(details.Consents, consents)}.",
            LedgerKind.Disclosed when details.EntryCount == 0 => $"{who} looked up how much you share with them{For(details.Purpose)}{AllowedBy(details.Consents, consents)}.",
            LedgerKind.Disclosed => $"{who} looked at {entries}{For(details.Purpose)}{AllowedBy(details.Consents, consents)}.",
            LedgerKind.BrokeGlass => $"{who} looked at {entries} in an emergency, without your agreement.",
            LedgerKind.Delegated => $"{who} changed who may act for you.",
            LedgerKind.Corrected => $"{who} changed {entries}.",
            LedgerKind.Outcome => $"{who} told what came of it.",
            LedgerKind.Erased => $"{who} erased {entries}.",
            _ => $"{who} did something.",
        };
    }

    /// <summary>Many looks of one person for one purpose in one sentence.</summary>
    public static string OfLooks(IReadOnlyList<LedgerRow> rows, IReadOnlyDictionary<string, ConsentWords> consents)
    {
        var details = rows[0].Details!;
        var allowing = rows.SelectMany(row => row.Details!.Consents).Distinct().ToList();
        return $"{details.ActorName ?? details.Actor} looked {Say.Number(rows.Count)} times{For(details.Purpose)}{AllowedBy(allowing, consents)}.";
    }

    /// <summary>One of several looks, under the sentence that tells what they have in common.</summary>
    public static string InGroup(LedgerRow row) =>
        row.Details is not { EntryCount: > 0 } details ? "How much there is" : Say.Count(details.EntryCount, "entry", "entries") + details.Note switch
        {
            "history" => ", all versions of one",
            "timeline" => " along the timeline",
            "search" => " by a search",
            "everything" => " of everything you share with them",
            _ => "",
        };

    /// <summary>The symbol beside it.</summary>
    public static string Icon(LedgerRow row) => row.Details?.Kind switch
    {
        LedgerKind.Created => "record",
        LedgerKind.Gathered => "gather",
        LedgerKind.Consented => "share",
        LedgerKind.Revoked => "stop",
        LedgerKind.Disclosed or LedgerKind.BrokeGlass => "eye",
        _ => "other",
    };

    /// <summary>In what way someone looked, by what the gate notes of a query.</summary>
    public static string Way(string note) => note switch
    {
        "read" => "at this one",
        "history" => "at all versions of it",
        "timeline" => "along the timeline",
        "search" => "by a search",
        "count" => "at how many there are",
        "everything" => "at everything you share with them",
        _ => note,
    };

    private static string From(string? note) => string.IsNullOrEmpty(note) ? "" : $" from {note}";

    private static string For(string? purpose) => purpose is null ? "" : $" for {PurposeOfUse.Describe(purpose)}";

    private static string With(IReadOnlyList<string> ids, IReadOnlyDictionary<string, ConsentWords> consents)
    {
        var names = ids.Select(consents.GetValueOrDefault).OfType<ConsentWords>().Select(consent => consent.With).OfType<string>().Distinct().ToList();
        return names.Count == 0 ? "" : $" with {Say.List(names)}";
    }

    private static string AllowedBy(IReadOnlyList<string> ids, IReadOnlyDictionary<string, ConsentWords> consents)
    {
        var days = ids.Select(consents.GetValueOrDefault).OfType<ConsentWords>().Select(consent => consent.Day).Distinct().ToList();
        return days.Count == 0 ? "" : $", allowed by your agreement of {Say.List(days)}";
    }
}

/// <summary>What a ledger tells of a consent.</summary>
/// <param name="Day">When it was made, as people say it.</param>
/// <param name="With">Whom it is for, as the patient knew them; null when it does not say.</param>
public sealed record ConsentWords(string Day, string? With);
