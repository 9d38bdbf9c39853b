using System.Text.Json.Nodes;
using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.Ledger;

namespace Rapport.Records;

/// <summary>Asks for access for somebody whom the patient named beforehand: see <see cref="SuccessionDoor"/>.</summary>
internal sealed class SuccessionWriting(RecordServices services, Compartment compartment, Actor actor)
{
    /// <summary>What was set for them, in a state of the record.</summary>
    internal sealed record Named(CompartmentState State, int Row, PatientConsent Consent)
    {
        internal LocalId Local => State.Index.LocalOf(Row);

        internal int Version => State.Index.VersionOf(Row);

        internal SuccessionStanding Stand(DateTimeOffset now) => Succession.Stand(Asks(State, Local, Version), now);

        internal NamedSuccession Told(DateTimeOffset now) => new(Consent.Succession!, Consent.Delegation!.Actions, Consent.Types, Stand(now));
    }

    /// <summary>All that was asked under a version of what the patient set.</summary>
    internal static IReadOnlyList<(PatientConsent Ask, DateTimeOffset WrittenAt)> Asks(CompartmentState state, LocalId setBy, int version) =>
    [
        .. from rule in state.Rules
           where rule.Consent.Asked is { } asked && asked.SetBy == setBy.ToString() && asked.Version == version
           select (rule.Consent, DateTimeOffset.FromUnixTimeMilliseconds(state.Index.AtOf(rule.Row))),
    ];

    /// <summary>
    /// Why a consent may not name somebody beforehand; null where it may. Each is named by one consent, and so many are named at most: asked in the compare-and-swap that writes it, so that it holds whichever way
    /// it comes in. What names somebody already is changed as before.
    /// </summary>
    internal static ConsentWriteStatus? Refusal(CompartmentState state, int row, PatientConsent consent)
    {
        if (consent is not { Succession: not null, Delegation: { } named })
        {
            return null;
        }

        var set = state.Rules.Where(static rule => rule.Consent.Succession is not null).ToLookup(rule => rule.Row == row, static rule => rule.Consent.Delegation!.To);
        return set[false].Contains(named.To) && !set[true].Contains(named.To) ? ConsentWriteStatus.NamedBefore
            : !set[true].Any() && set[false].Count() >= Succession.MostNamed ? ConsentWriteStatus.NamedEnough
            : null;
    }

    /// <summary>
    /// What ends with a new version of a consent that sets something beforehand: all that was asked for under it, so that what the patient takes back or sets anew leaves nothing behind.
    /// </summary>
    internal static IReadOnlyList<EntryDraft> EndedWith(Compartment compartment, CompartmentState state, LocalId setBy, DateTimeOffset now) =>
    [
        .. from rule in state.Rules
           where rule.Consent is { Counts: true, Asked: { } asked } && asked.SetBy == setBy.ToString() && !(rule.Consent.ValidUntil <= now)
           select Versioned(compartment, state, rule.Row, ConsentJson.End, now),
    ];

    internal async Task<CompartmentState> StateAsync(CancellationToken cancel) => await services.FreshAsync(compartment, cancel);

    /// <summary>What was set for them; the newest where there are several.</summary>
    internal async Task<Named?> FindAsync(CancellationToken cancel)
    {
        var state = await StateAsync(cancel);
        var rule = state.Rules.Where(rule => rule.Consent.Succession is not null && actor.RecipientReferences.Contains(rule.Consent.Delegation!.To)).MaxBy(static rule => rule.Row);
        return rule is null ? null : new Named(state, rule.Row, rule.Consent);
    }

    internal async Task<NamedSuccession?> AskAsync(string reason, CancellationToken cancel)
    {
        while (await FindAsync(cancel) is { } named)
        {
            var now = services.Clock.GetUtcNow();
            if (named.Stand(now).Stage != SuccessionStage.MayAsk)
            {
                return named.Told(now);
            }

            var body = SuccessionConsent.Ask(Json(compartment, named.State, named.Row), named.Consent, named.Local, named.Version, reason, now);
            if (PatientConsent.Read(Resource.Read(body)) is not { Counts: true, Delegation: not null } asked || asked.ValidUntil <= asked.ValidFrom)
            {
                return null;
            }

            var local = LocalId.New();
            var draft = new EntryDraft(local, 1, ResourceRewriter.Rewrite(Resource.Read(body).Root, new RewriteOptions { Id = $"{compartment.IdText}.{local}", VersionId = "1", LastUpdated = now }), 0, 0);
            if (await WriteAsync(named, draft, SuccessionNote.Asked, now, cancel) is { } next)
            {
                return new Named(next, named.Row, named.Consent).Told(now);
            }
        }

        return null;
    }

    internal async Task<bool> WithdrawAsync(CancellationToken cancel)
    {
        while (await FindAsync(cancel) is { } named)
        {
            var now = services.Clock.GetUtcNow();
            if (named.Stand(now) is not { Stage: SuccessionStage.Waits, Ask: { } ask })
            {
                return false;
            }

            var row = named.State.Rules.First(rule => ReferenceEquals(rule.Consent, ask)).Row;
            var draft = Versioned(compartment, named.State, row, ConsentJson.End, now);
            if (await WriteAsync(named, draft, SuccessionNote.Withdrawn, now, cancel) is not null)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A consent of the record, changed.</summary>
    internal static EntryDraft Versioned(Compartment compartment, CompartmentState state, int row, Action<JsonObject> change, DateTimeOffset now)
    {
        var json = Json(compartment, state, row);
        change(json);
        var (local, version) = (state.Index.LocalOf(row), state.Index.VersionOf(row) + 1);
        var resource = Resource.Read(System.Text.Encoding.UTF8.GetBytes(json.ToJsonString()));
        return new EntryDraft(local, version, ResourceRewriter.Rewrite(resource.Root, new RewriteOptions { Id = $"{compartment.IdText}.{local}", VersionId = $"{version}", LastUpdated = now }), 0, 0);
    }

    internal static JsonObject Json(Compartment compartment, CompartmentState state, int row) =>
        JsonNode.Parse(EntryHeader.Body(compartment.OpenBody(state, row).AsMemory()).Span)!.AsObject();

    private async Task<CompartmentState?> WriteAsync(Named named, EntryDraft draft, string note, DateTimeOffset now, CancellationToken cancel)
    {
        // The name that the patient shares under is theirs; who shares nothing yet said it as they set this.
        var name = await SharingRows.PatientNameAsync(services, compartment, cancel) ?? named.Consent.PatientName ?? "";
        return await new ConsentWriting(services, compartment, actor).WriteAsync(named.State, draft, LedgerKind.Delegated, note, purpose: null, name, now, cancel);
    }
}
