using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.Ledger;

namespace Rapport.Records;

/// <summary>How agreements of a record are written, by its patient or by somebody else who may: against the newest state, and again when it was not the newest.</summary>
/// <param name="services">What the parts of this module share.</param>
/// <param name="compartment">The record.</param>
/// <param name="actor">Who writes.</param>
/// <param name="standing">Under which consents somebody else than the patient may do so; null for the patient.</param>
internal sealed class ConsentWriting(RecordServices services, Compartment compartment, Actor actor, Standing? standing = null)
{
    /// <summary>
    /// Rules that the active consents of a record have together. Each is worked out over all entries and kept in memory, so that nobody's consents fill it; the consents that pages make have a few rules each,
    /// and have room when those of a program have none left.
    /// </summary>
    internal const int MostRules = 20_000, MostRulesOfMany = 5_000, FewRules = 10;

    /// <summary>The name that the patient is known by.</summary>
    internal string PatientName { get; init; } = actor.Name;

    /// <param name="id">Null to make a new one.</param>
    /// <param name="consent">What it says.</param>
    /// <param name="ifVersion">Replace only this version.</param>
    /// <param name="gift">A link or a card that is given with it, and whose id it takes; null for none.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <param name="onlyWhileActive">Replace it only while it is active: one that has ended meanwhile stays so.</param>
    internal async Task<ConsentWritten> PutAsync(LocalId? id, Resource consent, int? ifVersion, ConsentGift? gift, CancellationToken cancel, bool onlyWhileActive = false)
    {
        var reading = PatientConsent.Read(consent);
        if (reading.Patient != $"Patient/{compartment.IdText}")
        {
            return new ConsentWritten(ConsentWriteStatus.WrongPatient, null, default, reading.Problems);
        }

        while (true)
        {
            var state = await services.FreshAsync(compartment, cancel);
            var row = id is { } known ? state.Index.RowOf(known) : -1;
            if (id is not null && (row < 0 || id == default(LocalId) || state.Index.TypeOf(row) != "Consent"))
            {
                return new ConsentWritten(ConsentWriteStatus.NotFound, null, default, reading.Problems);
            }

            if (ifVersion is { } expected && (row < 0 || state.Index.VersionOf(row) != expected))
            {
                return new ConsentWritten(ConsentWriteStatus.VersionConflict, null, default, reading.Problems);
            }

            if (id is null && (reading.AnswersRequest is { } request && state.Rules.Any(known => known.Consent.AnswersRequest == request)
                || reading.Attached is { } message && state.Rules.Any(known => known.Consent.Attached == message && known.Consent.PassedOn is null && known.Consent.Recipients.SequenceEqual(reading.Recipients))))
            {
                return new ConsentWritten(ConsentWriteStatus.AnsweredBefore, null, default, reading.Problems);
            }

            if ((OpinionWriting.Refusal(state, row, reading) ?? SuccessionWriting.Refusal(state, row, reading)) is { } refusal)
            {
                return new ConsentWritten(refusal, null, default, reading.Problems);
            }

            var now = services.Clock.GetUtcNow();
            if (standing is not null && standing(state, now) is null)
            {
                return new ConsentWritten(ConsentWriteStatus.NotFound, null, default, reading.Problems);
            }

            var before = state.Rules.FirstOrDefault(r => r.Row == row)?.Consent;
            if (onlyWhileActive && before?.Status != "active")
            {
                return new ConsentWritten(ConsentWriteStatus.VersionConflict, null, default, reading.Problems);
            }

            if (reading.Counts && !HasRoomForRules(state, row, reading.RuleCount))
            {
                return new ConsentWritten(ConsentWriteStatus.TooMany, null, default, reading.Problems);
            }

            if (reading is { Counts: true, Counted.OpenUntil: { } open } && open > now + CountedOpenings.Lasts)
            {
                return new ConsentWritten(ConsentWriteStatus.OpenTooLong, null, default, reading.Problems);
            }

            var local = id ?? gift?.Id ?? LocalId.New();
            var version = row < 0 ? 1 : state.Index.VersionOf(row) + 1;
            var body = ResourceRewriter.Rewrite(consent.Root, new RewriteOptions { Id = $"{compartment.IdText}.{local}", VersionId = version.ToString(), LastUpdated = now });
            var kind = (reading.Delegation ?? before?.Delegation) is not null ? LedgerKind.Delegated
                : reading.Status != "active" && before is { Status: "active" } ? LedgerKind.Revoked : LedgerKind.Consented;
            var note = SuccessionNote.Of(reading, before, now, isByPatient: standing is null) ?? reading.Status;
            var ended = row < 0 ? [] : SuccessionWriting.EndedWith(compartment, state, local, now);
            var isEnd = id is not null && !reading.Counts;

            // The name that the patient shares under is theirs: whoever else writes leaves it as it stands.
            var name = standing is null ? PatientName : await SharingRows.PatientNameAsync(services, compartment, cancel) ?? PatientName;
            var draft = new EntryDraft(local, version, body, 0, 0);

            // What counts, or is set for later, ends however full the record is.
            var isEnded = before is { Counts: true } or { Succession: not null } && !reading.Counts && reading.Succession is null;
            var room = isEnded ? null : RoomWanted.OfWord(services, actor, isByPatient: standing is null, body.Length);
            if (await WriteAsync(state, draft, kind, note, purpose: null, name, now, cancel, gift, isEnd, ended, room) is { } next)
            {
                var written = next.Index.Describe(compartment.IdText, (int)state.RecordSeq, AnswerMode.Match);
                return new ConsentWritten(row < 0 ? ConsentWriteStatus.Created : ConsentWriteStatus.Updated, written, body, reading.Problems)
                {
                    Warnings = reading.Counts ? reading.Warnings : [],
                };
            }
        }
    }

    /// <summary>Whether there may be so many rules more in place of those of the consent in a row; below 0 for none.</summary>
    internal static bool HasRoomForRules(CompartmentState state, int row, long rules) =>
        state.Rules.Where(known => known.Row != row && known.Consent.Counts).Sum(static known => (long)known.Consent.RuleCount) + rules <= (rules > FewRules ? MostRulesOfMany : MostRules);

    /// <summary>Opens the emergency door for the actor: see <see cref="EmergencyDoor.OpenAsync"/>.</summary>
    internal async Task<OpenedDoor?> BreakGlassAsync(EmergencyAsk ask, CancellationToken cancel)
    {
        while (true)
        {
            var state = await services.FreshAsync(compartment, cancel);
            var consents = state.Rules.Select(static rule => rule.Consent).ToList();
            var now = services.Clock.GetUtcNow();
            var rule = EmergencyRule.Of(consents);
            if (rule.IsClosed)
            {
                return null;
            }

            if (EmergencyDoor.OpenUntil(consents, actor, now) is { } open)
            {
                return new OpenedDoor(open, IsNew: false);
            }

            var consent = Resource.Read(EmergencyConsent.Write(ask, rule, now));
            var body = ResourceRewriter.Rewrite(consent.Root, new RewriteOptions { Id = $"{compartment.IdText}.{ask.Opening}", VersionId = "1", LastUpdated = now });
            if (await WriteAsync(state, new EntryDraft(ask.Opening, 1, body, 0, 0), LedgerKind.BrokeGlass, ask.Reason, PurposeOfUse.BreakTheGlass, ask.PatientName, now, cancel) is not null)
            {
                return new OpenedDoor(now + ask.Lasts, IsNew: true);
            }
        }
    }

    /// <summary>The state with a version of a consent written, and with those that end with it; null when the record changed meanwhile.</summary>
    internal async Task<CompartmentState?> WriteAsync(
        CompartmentState state, EntryDraft draft, LedgerKind kind, string note, string? purpose, string patientName, DateTimeOffset now, CancellationToken cancel, ConsentGift? gift = null,
        bool isEnd = false, IReadOnlyList<EntryDraft>? ended = null, RoomWanted? room = null)
    {
        EntryDraft[] drafts = [draft, .. ended ?? []];
        var entries = drafts.Select((written, i) =>
            EntryWriting.Seal(compartment.Id, compartment.Sealer, (int)state.RecordSeq + i, EntryWriting.HeaderOf(written, source: 0, isRule: true), Resource.Read(written.Body), now));
        var next = StateBuilder.Extend(compartment.Id, compartment.Sealer, state, entries, state.RecordSeq + drafts.Length);
        var details = EntryWriting.Describe(kind, actor, next, (int)state.RecordSeq, note, consents: [.. drafts.Select(written => $"{compartment.IdText}.{written.Local}")], purpose);
        var change = new Change
        {
            ExpectedRecordSeq = state.RecordSeq,
            Entries = EntryWriting.Rows(state, next, now),
            Leaf = Recording.Draft(compartment.Id, compartment.Sealer, now, details),
            Sharing = SharingRows.Of(services, compartment.Id, compartment.Sealer, patientName, next),
            GivenLink = gift?.Link,
            MadeCard = gift?.Card,
            EndedAgreement = isEnd ? draft.Local.ToString() : null,
            Room = room,
        };
        return await services.ApplyAsync(compartment, change, next, cancel) >= 0 ? next : null;
    }
}
