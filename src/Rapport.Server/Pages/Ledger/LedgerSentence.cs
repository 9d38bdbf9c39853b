using Rapport.Consent;
using Rapport.Ledger;
using Rapport.Records;
using Rapport.Server.Design;

namespace Rapport.Server.Pages.Ledger;

/// <summary>A ledger entry told in one plain sentence to the patient whose ledger it is.</summary>
internal static class LedgerSentence
{
    /// <summary>The sentence.</summary>
    /// <param name="row">The entry.</param>
    /// <param name="own">The patient's reference, so that their own deeds are told as theirs.</param>
    /// <param name="consents">The day of each consent by its id, as people say it.</param>
    public static string Of(LedgerRow row, string own, IReadOnlyDictionary<string, string> consents)
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
            LedgerKind.Consented => $"{who} made or changed an agreement to share.",
            LedgerKind.Revoked => $"{who} stopped sharing.",
            LedgerKind.Disclosed => $"{who} looked at {entries}{For(details.Purpose)}{AllowedBy(details.Consents, consents)}.",
            LedgerKind.BrokeGlass => $"{who} looked at {entries} in an emergency, without your agreement.",
            LedgerKind.Delegated => $"{who} changed who may act for you.",
            LedgerKind.Corrected => $"{who} changed {entries}.",
            LedgerKind.Outcome => $"{who} told what came of it.",
            LedgerKind.Erased => $"{who} erased {entries}.",
            _ => $"{who} did something.",
        };
    }

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

    private static string From(string? note) => string.IsNullOrEmpty(note) ? "" : $" from {note}";

    private static string For(string? purpose) => purpose is null ? "" : $" for {PurposeOfUse.Describe(purpose)}";

    private static string AllowedBy(IReadOnlyList<string> ids, IReadOnlyDictionary<string, string> consents)
    {
        var days = ids.Select(consents.GetValueOrDefault).OfType<string>().Distinct().ToList();
        return days.Count == 0 ? "" : $", allowed by your consent of {Say.List(days)}";
    }
}
