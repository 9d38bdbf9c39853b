using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Rapport.Consent;
using Rapport.Data;
using Rapport.People;
using Rapport.Records;

namespace Rapport.Conversations;

/// <summary>As whom somebody writes an answer into the record.</summary>
/// <param name="Own">The patient's own access; null for who acts for them.</param>
/// <param name="Actor">Who acts for them.</param>
/// <param name="Source">What the record calls where it comes from.</param>
/// <param name="IsUrgent">Whether the words may mean an emergency, and are sent all the same.</param>
public sealed record Answering(OwnAccess? Own, Actor Actor, string Source, bool IsUrgent = false);

/// <summary>An answer that is about to be sent. Its key tells a repetition.</summary>
internal sealed record GivenAnswer(TalkView View, CheckIn CheckIn, string Key, CheckInAnswers Answers, Member Asker, Person Person)
{
    /// <summary>Whether it is for who asked alone in the record too: of a conversation that is not there for who acts for the patient.</summary>
    internal required bool IsRestricted { get; init; }

    /// <summary>Tells what is shared of this check-in from what else is shared in the conversation.</summary>
    internal string Mark { get; } = MarkOf(View.Id, CheckIn.Seq);

    internal static string MarkOf(ConversationId conversation, long asked) => $"{conversation}.{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"check-in\n{conversation}\n{asked}")).AsSpan(0, 16))}";

    /// <summary>What is answered, in 64 bits.</summary>
    internal ulong Digest { get; } = Hash($"{CheckIn.Form.Address}\n{string.Join('\n', Answers.Texts.OrderBy(static text => text.Key, StringComparer.Ordinal).Select(static text => $"{text.Key} {text.Value}"))}");

    /// <summary>The same with its key, which nobody else has: it tells nobody what was answered.</summary>
    internal string Said => $"{Hash($"{Key}\n{Digest}"):x16}";

    /// <summary>What it is known by again in the record.</summary>
    internal ulong Origin => Hash($"{View.Id}\n{CheckIn.Seq}\n{Key}");

    /// <summary>What the measurement that answers a question is known by.</summary>
    internal ulong OriginOf(CheckInQuestion question) => Hash($"{View.Id}\n{CheckIn.Seq}\n{Key}\n{question.Id}");

    /// <summary>All that stands in the record of it, or may.</summary>
    internal IEnumerable<ulong> Origins => [Origin, .. CheckIn.Form.Questions.Where(static question => CheckInMeasurement.Of(question) is not null).Select(OriginOf)];

    private static ulong Hash(string text) => Math.Max(1, BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text))));
}

/// <summary>What somebody who acts for a patient answers by: what they may add, and an agreement that lets them share on.</summary>
/// <param name="Access">What they may add.</param>
/// <param name="Agreement">The agreement that lets them share on.</param>
/// <param name="MayMeasure">Whether both are of measurements too.</param>
internal sealed record ActingAnswer(ActingAccess Access, LocalId Agreement, bool MayMeasure);

/// <summary>Writes answers to check-ins into the record, and has whoever asked see them. Thread safe.</summary>
internal sealed class CheckInRecording(RecordsModule records)
{
    /// <summary>Whether a conversation is not there for whoever acts for the patient, or for their parents.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task<bool> IsRestrictedAsync(TalkView view, CancellationToken cancel) =>
        view.IsPrivate || await records.Acting.UpbringingAsync(view.Patient, cancel) is { } upbringing && upbringing.KeepsFromParents(view.State.Kinds);

    /// <summary>By what somebody who acts for a patient answers; null where they may not, or the record is damaged.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task<ActingAnswer?> StandingAsync(PatientId patient, Actor actor, CancellationToken cancel)
    {
        try
        {
            if (await records.Acting.OpenAsync(patient, actor, cancel) is not { } access || !access.Actions.Contains(ConsentAction.Collect) || !IsWithin(access.Types, AnswerEntries.Response))
            {
                return null;
            }

            var offers = await records.PassingOn.OffersAsync(patient, actor, cancel);
            return offers.FirstOrDefault(static offer => offer.IsActing && IsWithin(offer.Types, AnswerEntries.Response)) is { } by
                ? new ActingAnswer(access, by.Agreement, IsWithin(access.Types, AnswerEntries.Measurement) && IsWithin(by.Types, AnswerEntries.Measurement)) : null;
        }
        catch (RecordUnreadableException)
        {
            return null;
        }
    }

    /// <summary>
    /// Writes an answer into the record with the measurements in it, once for each key: what was written and not sent is sent when it comes again, and gone where it comes with other answers. Null where whoever acts for the patient may not.
    /// </summary>
    /// <returns>The references of all of it, the answer's first.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    /// <exception cref="RecordFullException">There is no room for it.</exception>
    internal async Task<IReadOnlyList<string>?> WriteAsync(GivenAnswer given, Answering by, CancellationToken cancel)
    {
        while (true)
        {
            var source = new SourceDescription(CheckInDesk.SourceKind, by.Source);
            AnswerEntries entries;
            if (by.Own is { } own)
            {
                entries = new AnswerEntries(given, withMeasurements: true);
                await own.GatherAsync(source, view => new GatheringPlan(entries.Plan(view)), cancel);
            }
            else if (await StandingAsync(given.View.Patient, by.Actor, cancel) is { } acting)
            {
                entries = new AnswerEntries(given, acting.MayMeasure);
                if (!await acting.Access.AddAsync(source, entries.Plan, cancel))
                {
                    return null;
                }
            }
            else
            {
                return null;
            }

            if (!entries.IsOther)
            {
                return entries.References;
            }

            await ForgetAsync(given, by);
        }
    }

    /// <summary>Has whoever asked see an answer.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task<AnsweredStatus> ShareAsync(GivenAnswer given, Answering by, IReadOnlyList<string> entries, CancellationToken cancel)
    {
        if (by.Own is { } own)
        {
            return await records.Attachments.AddAsync(own.Attached, given.Mark, given.Asker.Reference, given.Asker.Name, entries, cancel) ? AnsweredStatus.Answered : AnsweredStatus.TooManyAgreements;
        }

        return await AskAsync(given, by, cancel) is not { } ask ? AnsweredStatus.NotPermitted : await records.PassingOn.PassOnEntriesAsync(ask, given.Mark, entries, cancel) switch
        {
            PassOnOutcome.Done => AnsweredStatus.Answered,
            PassOnOutcome.TooMany => AnsweredStatus.TooManyAgreements,
            _ => AnsweredStatus.NotPermitted,
        };
    }

    /// <summary>Takes back what was written of an answer that is not sent: whoever asked does not see it, and it stands in the record no more. Nothing where nothing was written. Not given up halfway.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task ForgetAsync(GivenAnswer given, Answering by)
    {
        List<(KnownEntry Entry, string Reference)> written = [];
        var source = new SourceDescription(CheckInDesk.SourceKind, by.Source);
        if (by.Own is { } own)
        {
            await own.GatherAsync(source, view => new GatheringPlan(Find(view)), CancellationToken.None);
            if (written.Count > 0)
            {
                await records.Attachments.TakeOutAsync(own.Attached, given.Mark, given.Asker.Reference, given.Asker.Name, [.. written.Select(static one => one.Reference)]);
                foreach (var number in Sources())
                {
                    await own.TakeBackAsync(number, (view, _) => Withdraw(view, number), CancellationToken.None);
                }
            }
        }
        else if (await StandingAsync(given.View.Patient, by.Actor, CancellationToken.None) is { Access: var acting } && await acting.AddAsync(source, Find, CancellationToken.None) && written.Count > 0)
        {
            if (await AskAsync(given, by, CancellationToken.None) is { } ask)
            {
                await records.PassingOn.TakeOutEntriesAsync(ask, given.Mark, [.. written.Select(static one => one.Reference)]);
            }

            foreach (var number in Sources())
            {
                await acting.UndoAsync(number, (view, _) => Withdraw(view, number), CancellationToken.None);
            }
        }

        // Looks, and adds nothing.
        IReadOnlyList<EntryDraft> Find(GatheringView view)
        {
            written = [.. given.Origins.Select(view.FindOrigin).OfType<KnownEntry>().Where(static known => known is { IsWithdrawn: false, Local: not null }).Select(known => (known, $"{known.ResourceType}/{view.Patient}.{known.Local}"))];
            return [];
        }

        long[] Sources() => [.. written.Select(static one => one.Entry.Source).Distinct()];

        ValueTask<IReadOnlyList<EntryDraft>> Withdraw(GatheringView view, long number) => ValueTask.FromResult<IReadOnlyList<EntryDraft>>(
            [.. given.Origins.Select(view.FindOrigin).OfType<KnownEntry>().Where(known => !known.IsWithdrawn && known.Source == number).Select(known => WithdrawnEntry.Of(view, known, number))]);
    }

    private async Task<PassOnAsk?> AskAsync(GivenAnswer given, Answering by, CancellationToken cancel) =>
        await StandingAsync(given.View.Patient, by.Actor, cancel) is { } standing ? new PassOnAsk(by.Actor, given.View.Patient, standing.Agreement, given.Asker.Reference, given.Asker.Name, PurposeOfUse.Treatment) : null;

    private static bool IsWithin(IReadOnlyList<string> types, string type) => types.Count == 0 || types.Contains(type);
}
