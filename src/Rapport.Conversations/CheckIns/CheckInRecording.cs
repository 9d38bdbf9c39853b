using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;
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
    /// <summary>Tells what is shared of this check-in from what else is shared in the conversation.</summary>
    internal string Mark { get; } = MarkOf(View.Id, CheckIn.Seq);

    internal static string MarkOf(ConversationId conversation, long asked) => $"{conversation}.{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"check-in\n{conversation}\n{asked}")).AsSpan(0, 16))}";

    /// <summary>What is answered, in 64 bits.</summary>
    internal ulong Digest { get; } = Hash($"{CheckIn.Form.Address}\n{string.Join('\n', Answers.Texts.OrderBy(static text => text.Key, StringComparer.Ordinal).Select(static text => $"{text.Key} {text.Value}"))}");

    /// <summary>The same with its key, which nobody else has: it tells nobody what was answered.</summary>
    internal string Said => $"{Hash($"{Key}\n{Digest}"):x16}";

    /// <summary>What it is known by again in the record.</summary>
    internal ulong Origin => Hash($"{View.Id}\n{CheckIn.Seq}\n{Key}");

    private static ulong Hash(string text) => Math.Max(1, BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text))));
}

/// <summary>What somebody who acts for a patient answers by: what they may add, and an agreement that lets them share on.</summary>
internal sealed record ActingAnswer(ActingAccess Access, LocalId Agreement);

/// <summary>Writes answers to check-ins into the record, and has whoever asked see them. Thread safe.</summary>
internal sealed class CheckInRecording(RecordsModule records)
{
    private const string Type = "QuestionnaireResponse";

    /// <summary>By what somebody who acts for a patient answers; null where they may not, or the record is damaged.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task<ActingAnswer?> StandingAsync(PatientId patient, Actor actor, CancellationToken cancel)
    {
        try
        {
            if (await records.Acting.OpenAsync(patient, actor, cancel) is not { } access || !access.Actions.Contains(ConsentAction.Collect) || !IsWithin(access.Types))
            {
                return null;
            }

            var offers = await records.PassingOn.OffersAsync(patient, actor, cancel);
            return offers.FirstOrDefault(static offer => offer.IsActing && IsWithin(offer.Types)) is { } by ? new ActingAnswer(access, by.Agreement) : null;
        }
        catch (RecordUnreadableException)
        {
            return null;
        }
    }

    /// <summary>Writes an answer into the record, once for each key: what was written and not sent is sent when it comes again. Null where whoever acts for the patient may not.</summary>
    /// <returns>Its reference.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    /// <exception cref="RecordFullException">There is no room for it.</exception>
    internal async Task<string?> WriteAsync(GivenAnswer given, Answering by, CancellationToken cancel)
    {
        var (fresh, reference) = (LocalId.New(), "");
        var source = new SourceDescription(CheckInDesk.SourceKind, by.Source);
        if (by.Own is { } own)
        {
            await own.GatherAsync(source, view => new GatheringPlan(Plan(view) is { } draft ? [draft] : []), cancel);
            return reference;
        }

        return await StandingAsync(given.View.Patient, by.Actor, cancel) is { Access: var acting } && await acting.AddAsync(source, Plan, cancel) ? reference : null;

        EntryDraft? Plan(GatheringView view)
        {
            var known = view.FindReferable(given.Origin);
            var response = given.Answers.Write(view.Patient, (Talker.ReferenceOf(given.Person, view.Patient), given.Person.DisplayName), view.Now, given.View.IsPrivate);
            var local = known is { IsWithdrawn: false, Local: { } before } ? before : fresh;
            reference = $"{Type}/{view.Patient}.{local}";
            if (known is { IsWithdrawn: false } same && same.ContentDigest == given.Digest)
            {
                return null;
            }

            var version = known is { IsWithdrawn: false } earlier ? earlier.Version + 1 : 1;
            var body = ResourceRewriter.Rewrite(response.Root, new RewriteOptions { Id = $"{view.Patient}.{local}", VersionId = $"{version}", LastUpdated = view.Now });
            return new EntryDraft(local, version, body, given.Origin, given.Digest);
        }
    }

    /// <summary>Has whoever asked see an answer.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task<AnsweredStatus> ShareAsync(GivenAnswer given, Answering by, string entry, CancellationToken cancel)
    {
        if (by.Own is { } own)
        {
            return await records.Attachments.AddAsync(own, given.Mark, given.Asker.Reference, given.Asker.Name, entry, cancel) ? AnsweredStatus.Answered : AnsweredStatus.TooManyAgreements;
        }

        return await AskAsync(given, by, cancel) is not { } ask ? AnsweredStatus.NotPermitted : await records.PassingOn.PassOnEntryAsync(ask, given.Mark, entry, cancel) switch
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
        (KnownEntry Entry, string Reference)? written = null;
        var source = new SourceDescription(CheckInDesk.SourceKind, by.Source);
        if (by.Own is { } own)
        {
            await own.GatherAsync(source, view => new GatheringPlan(Find(view) is { } draft ? [draft] : []), CancellationToken.None);
            if (written is var (known, reference))
            {
                await records.Attachments.TakeOutAsync(own, given.Mark, given.Asker.Reference, given.Asker.Name, reference);
                await own.TakeBackAsync(known.Source, Withdraw, CancellationToken.None);
            }
        }
        else if (await StandingAsync(given.View.Patient, by.Actor, CancellationToken.None) is { Access: var acting } && await acting.AddAsync(source, Find, CancellationToken.None) && written is var (known, reference))
        {
            if (await AskAsync(given, by, CancellationToken.None) is { } ask)
            {
                await records.PassingOn.TakeOutEntryAsync(ask, given.Mark, reference);
            }

            await acting.UndoAsync(known.Source, Withdraw, CancellationToken.None);
        }

        // Looks, and adds nothing.
        EntryDraft? Find(GatheringView view)
        {
            written = view.FindOrigin(given.Origin) is { IsWithdrawn: false, Local: { } local } known ? (known, $"{Type}/{view.Patient}.{local}") : null;
            return null;
        }

        ValueTask<IReadOnlyList<EntryDraft>> Withdraw(GatheringView view, IReadOnlyList<Source> sources) =>
            ValueTask.FromResult<IReadOnlyList<EntryDraft>>(view.FindOrigin(given.Origin) is { IsWithdrawn: false } known ? [WithdrawnEntry.Of(view, known, known.Source)] : []);
    }

    private async Task<PassOnAsk?> AskAsync(GivenAnswer given, Answering by, CancellationToken cancel) =>
        await StandingAsync(given.View.Patient, by.Actor, cancel) is { } standing ? new PassOnAsk(by.Actor, given.View.Patient, standing.Agreement, given.Asker.Reference, given.Asker.Name, PurposeOfUse.Treatment) : null;

    private static bool IsWithin(IReadOnlyList<string> types) => types.Count == 0 || types.Contains(Type);
}
