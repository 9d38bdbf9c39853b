using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>An agreement by which somebody may pass on what they see.</summary>
/// <param name="Agreement">The local id of the consent.</param>
/// <param name="Purposes">HL7 purposes of use that it is for; none for any.</param>
/// <param name="Types">The FHIR types that it is about; none for all.</param>
/// <param name="Until">Until when, exclusive; null for no end that is known.</param>
/// <param name="IsActing">Whether they have it because they act for the patient.</param>
/// <param name="IsParental">Whether they act because the patient is a child.</param>
public sealed record PassableAgreement(LocalId Agreement, IReadOnlyList<string> Purposes, IReadOnlyList<string> Types, DateTimeOffset? Until, bool IsActing, bool IsParental);

/// <summary>Something that somebody passed on and that is open.</summary>
/// <param name="Id">The local id of the consent that stands for it.</param>
/// <param name="Agreement">The local id of the consent that it comes from.</param>
/// <param name="To">The references of whom it was passed on to.</param>
/// <param name="ToName">Their name as it was then.</param>
/// <param name="At">When it was passed on, as it stands: a FHIR dateTime.</param>
/// <param name="Until">Until when, exclusive; null for no end that is known.</param>
public sealed record PassedOnAgreement(LocalId Id, LocalId Agreement, IReadOnlyList<string> To, string ToName, string? At, DateTimeOffset? Until);

/// <summary>Somebody passes on what they see.</summary>
/// <param name="Giver">Who.</param>
/// <param name="Patient">Whose record.</param>
/// <param name="Agreement">The local id of the consent by which they may.</param>
/// <param name="To">The reference of whom they pass it on to: that there is such a person or organisation, whoever calls has made sure.</param>
/// <param name="ToName">Their name.</param>
/// <param name="Purpose">What for, where the giver acts for the patient; for everybody else it is what the agreement is for.</param>
/// <param name="Until">An end before that of the agreement, exclusive; null for the agreement's.</param>
public sealed record PassOnAsk(Actor Giver, PatientId Patient, LocalId Agreement, string To, string ToName, string? Purpose = null, DateTimeOffset? Until = null);

/// <summary>What came of passing something on.</summary>
public enum PassOnOutcome
{
    /// <summary>It is open to them now.</summary>
    Done,

    /// <summary>It was passed on to them before by the same agreement, and is open.</summary>
    DoneBefore,

    /// <summary>There is no agreement by which they may: none, or none any more. Nobody can tell which.</summary>
    NothingHere,

    /// <summary>It was passed on to as many as may be.</summary>
    TooMany,

    /// <summary>It was passed on to them before, and the patient ended that: whom the patient does not want to see it gets it from nobody before they agree anew.</summary>
    Refused,
}

/// <summary>
/// Where somebody whom the patient lets share on passes on what they see. It writes a consent that permits nothing by itself (<see cref="PassedOn"/>): it opens to read what the agreement lets its giver see at
/// each moment, and ends in the same moment as that, or when it is changed. Thread safe.
/// </summary>
/// <remarks>
/// Nothing MUST be passed on under an agreement that the database no longer has as it was looked at. The patient sees it among what they share, and stops it as they stop anything.
/// </remarks>
public sealed class PassingOnDoor
{
    /// <summary>To how many something may be passed on by one agreement at the same time.</summary>
    public const int Most = 20;

    /// <summary>How often something may be passed on by one agreement as it stands, what was taken back among it: agreeing anew lets begin anew.</summary>
    public const int MostEver = 100;

    /// <summary>The status of what its giver took back: what the patient ends has any other.</summary>
    public const string TakenBack = "entered-in-error";

    private readonly RecordServices _services;

    internal PassingOnDoor(RecordServices services) => _services = services;

    /// <summary>By which agreements somebody may pass on what they see of a record, newest first; none also when there is no such record.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    /// <exception cref="RecordUnreadableException">The record is damaged.</exception>
    public Task<IReadOnlyList<PassableAgreement>> OffersAsync(PatientId patient, Actor giver, CancellationToken cancel) => _services.WithOthersAsync<IReadOnlyList<PassableAgreement>>(patient, giver, [], async compartment =>
    {
        var state = await _services.FreshAsync(compartment, cancel);
        var now = _services.Clock.GetUtcNow();
        return
        [
            .. from rule in state.Rules
               where MayBePassedOn(state, rule.Consent, giver, now)
               orderby rule.Row descending
               select new PassableAgreement(state.Index.LocalOf(rule.Row), rule.Consent.Purposes, rule.Consent.Types, state.EndOf(rule.Consent), rule.Consent.Delegation is not null, rule.Consent.IsParental),
        ];
    });

    /// <summary>What somebody passed on of a record and is open, newest first.</summary>
    /// <inheritdoc cref="OffersAsync"/>
    public Task<IReadOnlyList<PassedOnAgreement>> PassedOnAsync(PatientId patient, Actor giver, CancellationToken cancel) => _services.WithOthersAsync<IReadOnlyList<PassedOnAgreement>>(patient, giver, [], async compartment =>
    {
        var state = await _services.FreshAsync(compartment, cancel);
        var now = _services.Clock.GetUtcNow();
        return
        [
            .. from rule in state.Rules
               where rule.Consent.PassedOn is { } passed && passed.By[0] == giver.Reference && IsOpen(state, rule.Consent, now)
               orderby rule.Row descending
               select new PassedOnAgreement(
                   state.Index.LocalOf(rule.Row), LocalId.Parse(rule.Consent.PassedOn!.From.AsSpan(PatientId.TextLength + 1)), rule.Consent.Recipients, PassedOnConsent.NameIn(state.Read(rule.Row)), rule.Consent.DateTime, state.EndOf(rule.Consent)),
        ];
    });

    /// <summary>Passes on what somebody sees.</summary>
    /// <exception cref="ArgumentException">Whoever acts for the patient does not say what for.</exception>
    /// <exception cref="StorageException">The database failed: nothing is passed on, unless the outcome is unknown.</exception>
    /// <exception cref="RecordUnreadableException">The record is damaged.</exception>
    public Task<PassOnOutcome> PassOnAsync(PassOnAsk ask, CancellationToken cancel) => _services.WithOthersAsync(ask.Patient, ask.Giver, PassOnOutcome.NothingHere, async compartment =>
    {
        while (true)
        {
            var state = await _services.FreshAsync(compartment, cancel);
            var now = _services.Clock.GetUtcNow();
            if (Find(state, ask, now) is not { } from || ask.Until <= now || ask.Giver.RecipientReferences.Contains(ask.To) || ask.Giver.RecipientReferences.Count > Consent.PassedOn.MostReferences)
            {
                return PassOnOutcome.NothingHere;
            }

            var open = state.Rules.Where(rule => rule.Consent.PassedOn?.IsFrom(from) == true && IsOpen(state, rule.Consent, now)).ToList();
            if (open.Exists(rule => rule.Consent is { Attached: null, AnswersRequest: null } && rule.Consent.Recipients.Contains(ask.To)))
            {
                return PassOnOutcome.DoneBefore;
            }

            if (state.Rules.Any(rule => IsRefusal(state, rule.Consent, ask.Giver, [ask.To], from)))
            {
                return PassOnOutcome.Refused;
            }

            if (!HasRoom(state, from, now))
            {
                return PassOnOutcome.TooMany;
            }

            var name = from.PatientName ?? await SharingRows.PatientNameAsync(_services, compartment, cancel) ?? "";
            var consent = PassedOnConsent.Write(ask, from, name, new[] { ask.Until, state.EndOf(from) }.Min(), now);
            if (await Writing(compartment, ask.Giver, from, name, (next, at) => ReferenceEquals(Find(next, ask, at), from) ? [from.Id] : null).PutAsync(null, consent, null, null, cancel) is { Status: ConsentWriteStatus.Created or ConsentWriteStatus.TooMany } written)
            {
                return written.Status == ConsentWriteStatus.Created ? PassOnOutcome.Done : PassOnOutcome.TooMany;
            }
        }
    });

    /// <summary>Passes on entries, with those that were passed on to the same one before under the same mark: by one consent for all of them.</summary>
    /// <param name="ask">Who passes on to whom.</param>
    /// <param name="mark">What it is attached to.</param>
    /// <param name="entries">The references of the entries.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <inheritdoc cref="PassOnAsync"/>
    public Task<PassOnOutcome> PassOnEntriesAsync(PassOnAsk ask, string mark, IReadOnlyList<string> entries, CancellationToken cancel) => _services.WithOthersAsync(ask.Patient, ask.Giver, PassOnOutcome.NothingHere, async compartment =>
    {
        while (true)
        {
            var state = await _services.FreshAsync(compartment, cancel);
            var now = _services.Clock.GetUtcNow();
            if (Find(state, ask, now) is not { } from || ask.Giver.RecipientReferences.Contains(ask.To) || ask.Giver.RecipientReferences.Count > Consent.PassedOn.MostReferences)
            {
                return PassOnOutcome.NothingHere;
            }

            var own = EntryMark(mark, ask, from);
            var before = state.Rules.FirstOrDefault(rule => rule.Consent.Attached == own && rule.Consent.Recipients.Contains(ask.To));
            if (before is { Consent.Counts: false, Consent.Status: not TakenBack } || state.Rules.Any(rule => IsRefusal(state, rule.Consent, ask.Giver, [ask.To], from)))
            {
                return PassOnOutcome.Refused;
            }

            if (before is null && state.Rules.Count(rule => rule.Consent.PassedOn?.IsFrom(from) == true) >= MostEver)
            {
                return PassOnOutcome.TooMany;
            }

            IReadOnlyList<string> all = before is { Consent.Counts: true } ? [.. Attachments.EntriesOf(state.Read(before.Row)).Except(entries), .. entries] : entries;
            if (await PutEntriesAsync(compartment, ask, from, own, (before is null ? null : state.Index.LocalOf(before.Row), before is null ? null : state.Index.VersionOf(before.Row)), all, cancel) is { } outcome)
            {
                return outcome;
            }
        }
    });

    /// <summary>Takes entries out of what was passed on under a mark. Not given up halfway.</summary>
    /// <inheritdoc cref="PassOnEntriesAsync"/>
    public Task TakeOutEntriesAsync(PassOnAsk ask, string mark, IReadOnlyList<string> entries) => _services.WithOthersAsync(ask.Patient, ask.Giver, false, async compartment =>
    {
        while (true)
        {
            var state = await _services.FreshAsync(compartment, CancellationToken.None);
            if (Find(state, ask, _services.Clock.GetUtcNow()) is not { } from || EntryMark(mark, ask, from) is not { } own
                || state.Rules.FirstOrDefault(rule => rule.Consent is { Counts: true } && rule.Consent.Attached == own && rule.Consent.Recipients.Contains(ask.To)) is not { } before
                || Attachments.EntriesOf(state.Read(before.Row)) is not { } known || !known.Intersect(entries).Any())
            {
                return false;
            }

            var left = known.Except(entries).ToList();
            if (left.Count == 0)
            {
                return await TakeBackAsync(ask.Patient, ask.Giver, state.Index.LocalOf(before.Row), CancellationToken.None);
            }

            if (await PutEntriesAsync(compartment, ask, from, own, (state.Index.LocalOf(before.Row), state.Index.VersionOf(before.Row)), left, CancellationToken.None) is not null)
            {
                return true;
            }
        }
    });

    /// <summary>Writes what is passed on under a mark; null where the record changed meanwhile.</summary>
    private async Task<PassOnOutcome?> PutEntriesAsync(Compartment compartment, PassOnAsk ask, PatientConsent from, string mark, (LocalId? Id, int? Version) before, IReadOnlyList<string> entries, CancellationToken cancel)
    {
        var (state, now) = (compartment.State, _services.Clock.GetUtcNow());
        var name = from.PatientName ?? await SharingRows.PatientNameAsync(_services, compartment, cancel) ?? "";
        var consent = PassedOnConsent.Write(ask, from, name, state.EndOf(from), now, (mark, entries));
        var written = await Writing(compartment, ask.Giver, from, name, (next, at) => ReferenceEquals(Find(next, ask, at), from) ? [from.Id] : null).PutAsync(before.Id, consent, before.Version, null, cancel);
        return written.Status switch
        {
            ConsentWriteStatus.Created or ConsentWriteStatus.Updated => PassOnOutcome.Done,
            ConsentWriteStatus.TooMany => PassOnOutcome.TooMany,
            _ => null,
        };
    }

    /// <summary>What tells the entries that somebody passed on under a mark, by one version of an agreement, from those of others: so nobody's consent is changed but their own.</summary>
    private static string EntryMark(string mark, PassOnAsk ask, PatientConsent from) =>
        $"{mark}{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{ask.Giver.Reference}\n{from.Id}\n{from.Version}")).AsSpan(0, 8))}";

    /// <summary>Ends what somebody passed on themselves. False when there is no such thing, or it is over.</summary>
    /// <exception cref="StorageException">The database failed: nothing is ended, unless the outcome is unknown.</exception>
    /// <exception cref="RecordUnreadableException">The record is damaged.</exception>
    public Task<bool> TakeBackAsync(PatientId patient, Actor giver, LocalId id, CancellationToken cancel) => _services.WithOthersAsync(patient, giver, false, async compartment =>
    {
        while (true)
        {
            var state = await _services.FreshAsync(compartment, cancel);
            if (state.Rules.FirstOrDefault(rule => state.Index.LocalOf(rule.Row) == id) is not { Consent: { Counts: true, PassedOn: { } passed } } rule || passed.By[0] != giver.Reference)
            {
                return false;
            }

            var json = JsonNode.Parse(state.Read(rule.Row).Json.Span)!;
            json["status"] = TakenBack;
            var from = state.Rules.FirstOrDefault(known => known.Consent.Id == passed.From)?.Consent;
            var name = rule.Consent.PatientName ?? "";
            var written = await Writing(compartment, giver, from, name, (next, _) => next.Rules.Contains(rule) ? [] : null)
                .PutAsync(id, Resource.Read(Encoding.UTF8.GetBytes(json.ToJsonString())), state.Index.VersionOf(rule.Row), null, cancel);
            if (written.Status == ConsentWriteStatus.Updated)
            {
                return true;
            }
        }
    });

    /// <summary>The agreement by which somebody may pass something on now; null when there is none.</summary>
    private static PatientConsent? Find(CompartmentState state, PassOnAsk ask, DateTimeOffset now) =>
        state.Rules.FirstOrDefault(rule => state.Index.LocalOf(rule.Row) == ask.Agreement)?.Consent is { } from && MayBePassedOn(state, from, ask.Giver, now) ? from : null;

    /// <summary>Whether an agreement in force lets somebody pass on what they see, whatever there is to see.</summary>
    private static bool MayBePassedOn(CompartmentState state, PatientConsent from, Actor giver, DateTimeOffset now) =>
        PassedOn.IsPossibleBy(from) && from.Recipients.Any(giver.RecipientReferences.Contains) && IsOpen(state, from, now);

    /// <summary>Whether the patient ended what was passed on to somebody, by the same agreement or by the same giver, and nothing was agreed anew since.</summary>
    internal static bool IsRefusal(CompartmentState state, PatientConsent consent, Actor giver, IReadOnlyCollection<string> to, PatientConsent from) =>
        consent is { PassedOn: { } passed, Attached: null, Status: not ("active" or TakenBack) } && consent.Recipients.Any(to.Contains)
        && (passed.IsFrom(from) || (passed.By[0] == giver.Reference && state.Rules.Any(rule => passed.IsFrom(rule.Consent))));

    /// <summary>Whether something may be passed on by an agreement once more. What is attached to messages ends with its conversation, and is as much as a patient attaches: it does not count.</summary>
    internal static bool HasRoom(CompartmentState state, PatientConsent from, DateTimeOffset now)
    {
        var passed = state.Rules.Where(rule => rule.Consent is { Attached: null, PassedOn: { } known } && known.IsFrom(from)).ToList();
        return passed.Count < MostEver && passed.Count(rule => IsOpen(state, rule.Consent, now)) < Most;
    }

    private static bool IsOpen(CompartmentState state, PatientConsent consent, DateTimeOffset now) => consent.Counts && !(consent.ValidFrom > now) && !(state.EndOf(consent) <= now);

    private ConsentWriting Writing(Compartment compartment, Actor giver, PatientConsent? from, string patientName, Standing? standing) =>
        new(_services, compartment, from?.Delegation is null ? giver : giver with { For = new ActedFor($"Patient/{compartment.IdText}", patientName) }, standing) { PatientName = patientName };
}
