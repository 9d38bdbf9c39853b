using Rapport.Consent;
using Rapport.Ledger;
using Rapport.Records;
using Rapport.Server.Pages.Ledger;
using Rapport.Server.Pages.Outcomes;
using Rapport.Server.Pages.Record.Reading;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Pages.Acting.Guardians;

/// <summary>What the ledger of a small child says in plain sentences, to whoever looks after the child: the reader is `you`, and the child goes by its name.</summary>
/// <param name="reader">The reference of who reads.</param>
/// <param name="child">The child's reference.</param>
/// <param name="name">The child's name.</param>
/// <param name="consents">The child's consents.</param>
internal sealed class ChildsLedgerSentence(string reader, string child, string name, IReadOnlyList<StoredConsent> consents)
{
    private readonly Dictionary<string, StoredConsent> _consents = consents.ToDictionary(static consent => consent.Entry.Id);

    /// <summary>One line.</summary>
    public string Of(LedgerDeed deed)
    {
        var (who, entries) = (Who(deed), Say.Count(LedgerText.Entries, deed.EntryCount));
        return deed.Kind switch
        {
            LedgerKind.Created => Say.Fill(LedgerText.ChildBegan, name),
            LedgerKind.Gathered when deed.Note == CommentingAccess.Note => Say.Fill(LedgerText.ChildCommented, who),
            LedgerKind.Gathered => deed.Note is { Length: > 0 } source ? Say.Fill(LedgerText.RowAddedFrom, who, entries, source) : Say.Fill(LedgerText.RowAdded, who, entries),
            LedgerKind.Consented when CountedOpening.In(deed.Note) is not null => Say.Fill(LedgerText.ChildOpened, who, With(deed)),
            LedgerKind.Consented or LedgerKind.Revoked when Named(deed).Any(static consent => consent.Consent.Emergency is not null) => Say.Fill(LedgerText.ChildDoor, who),
            LedgerKind.Revoked when Named(deed).Any(static consent => consent.Consent.BrokeGlassFor is not null) => Say.Fill(LedgerText.ChildDoorEnded, who, With(deed)),
            LedgerKind.Consented => Say.Fill(Named(deed).Any(static consent => consent.Consent.AnswersRequest is not null) ? LedgerText.RowAgreedAsked : LedgerText.RowAgreed, who, With(deed)),
            LedgerKind.Revoked => Say.Fill(LedgerText.RowStopped, who, With(deed)),
            LedgerKind.Disclosed when deed.Note == CardNote.Issued => Say.Fill(LedgerText.ChildCardMade, With(deed), entries),
            LedgerKind.Disclosed when deed.OnBehalfOf == child => Say.Fill(LedgerText.RowLookedActing, who, What(deed)),
            LedgerKind.Disclosed => Say.Fill(LedgerText.RowLooked, who, What(deed), deed.Purpose is { } purpose ? PurposeOfUse.Describe(purpose) : LedgerText.NoPurpose),
            LedgerKind.BrokeGlass => Say.Fill(LedgerText.ChildEmergency, who, deed.Note ?? LedgerText.NoReason),
            LedgerKind.Delegated when deed is { OnBehalfOf: not null, Ends: false } && Named(deed).Any(consent => consent.Consent.Delegation is { } let && let.To != deed.Actor) => Say.Fill(LedgerText.ChildLetIn, Who(deed with { OnBehalfOf = null }), With(deed), name),
            LedgerKind.Delegated when deed is { OnBehalfOf: not null, Ends: false } => Say.Fill(LedgerText.ChildBegunFor, Who(deed with { OnBehalfOf = null }), name),
            LedgerKind.Delegated => Say.Fill(deed.Ends ? LedgerText.ChildDelegationEnded : LedgerText.ChildDelegationGiven, who, With(deed), name),
            LedgerKind.Corrected when deed.Note == OwnLabelling.Note => Say.Fill(LedgerText.RowLabelsChanged, who),
            LedgerKind.Corrected when deed.Note == OwnLabelling.ByRules => LedgerText.RowLabelledAnew,
            LedgerKind.Corrected => Say.Fill(LedgerText.RowCorrected, who, entries),
            LedgerKind.Outcome when Outcome.Of(deed) is { } outcome => Say.Fill(LedgerText.RowOutcome, who, OutcomeWords.Said(outcome)),
            LedgerKind.Erased => Say.Fill(LedgerText.RowErased, who, entries),
            _ => LedgerText.RowForgotten,
        };
    }

    private string Who(LedgerDeed deed)
    {
        var who = deed.Actor == reader ? LedgerText.You : deed.ActorName is { Length: > 0 } known ? known : deed.Actor == child ? name : deed.Actor;
        return deed.OnBehalfOf is { } other ? Say.Fill(LedgerText.ActingFor, who, deed.OnBehalfOfName ?? other) : who;
    }

    private IEnumerable<StoredConsent> Named(LedgerDeed deed) => deed.Consents.Select(_consents.GetValueOrDefault).OfType<StoredConsent>();

    /// <summary>Whom the agreements are with, by the names that stand in them.</summary>
    private string With(LedgerDeed deed) =>
        Named(deed).SelectMany(static consent => consent.Consent.Recipients.Select(reference => Recipients.NameIn(consent.Resource, reference) ?? reference)).Distinct().ToList() is { Count: > 0 } names
            ? Say.List(names)
            : LedgerText.Somebody;

    private static string What(LedgerDeed deed) =>
        Kind.All.Where(kind => kind.TypesAmong(deed.Types).Any()).Select(static kind => kind.Many).ToList() is { Count: > 0 } kinds ? Say.List(kinds) : ActingText.NoEntries;
}
