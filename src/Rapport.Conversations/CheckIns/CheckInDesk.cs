using System.Text;
using System.Text.Json.Nodes;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.Records;

namespace Rapport.Conversations;

/// <summary>Where check-ins are asked for and answered. Whatever is not somebody's looks like what is not there. Thread safe.</summary>
public sealed class CheckInDesk
{
    /// <summary>The kind of source that an answer is in the record.</summary>
    public const string SourceKind = "check-in";

    private const int LinesAtOnce = 500;

    private readonly ConversationStore _store;
    private readonly Speakers _speakers;
    private readonly CheckInRecording _recording;
    private readonly TeamPromises _promises;
    private readonly TimeProvider _clock;

    internal CheckInDesk(ConversationStore store, Speakers speakers, CheckInRecording recording, TeamPromises promises, TimeProvider clock) =>
        (_store, _speakers, _recording, _promises, _clock) = (store, speakers, recording, promises, clock);

    /// <summary>Whether somebody may ask for one: a professional or one of a team, who is not there for the patient.</summary>
    public static bool MayAsk(TalkView view) =>
        !view.IsPatients && !view.State.IsEnded && (view.IsTeam || view.Capacity.Reference.StartsWith("Practitioner/", StringComparison.Ordinal));

    /// <summary>Those that wait for somebody to answer them now, for who is on the patient's side.</summary>
    public IEnumerable<RunningCheckIn> WaitingFor(TalkView view)
    {
        var now = _clock.GetUtcNow();
        return view.IsPatients ? Running(view).Where(known => known.WaitsAt(now) is not null) : [];
    }

    /// <summary>Those that go on, of what reaches whoever looks.</summary>
    public static IEnumerable<RunningCheckIn> Running(TalkView view) =>
        (view.State.CheckIns ?? []).Where(known => known.Seq >= view.From && !(known.By is { } by && view.Withheld.Is(by, known.At)));

    /// <summary>The same, as far as whoever looks may answer: who acts for the patient often may not.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<RunningCheckIn>> AnswerableAsync(TalkView view, Actor actor, CancellationToken cancel) =>
        WaitingFor(view).ToList() is { Count: > 0 } waiting && await MayAnswerAsync(view, actor, cancel) ? waiting : [];

    /// <summary>The patient's agreement by which who asked sees the answers of one now; null where nothing of them is shared with them.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public static async Task<StoredConsent?> AgreementAsync(OwnAccess own, TalkView view, CheckIn checkIn, CancellationToken cancel) =>
        await own.ConsentsAsync(consent => consent is { Status: "active", Attached: { } mark } && mark.StartsWith(GivenAnswer.MarkOf(view.Id, checkIn.Seq), StringComparison.Ordinal) && consent.Recipients.Contains(checkIn.By.As), cancel) is [.., var last] ? last : null;

    /// <summary>Asks for one. Asked again with the same key, it is the same.</summary>
    /// <param name="talker">Who asks.</param>
    /// <param name="view">Where.</param>
    /// <param name="questionnaire">What: a checked Questionnaire that <see cref="CheckInQuestionnaire"/> reads.</param>
    /// <param name="times">When it can be answered: possible ones that begin today.</param>
    /// <param name="once">Tells a repetition.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <exception cref="ArgumentException">The questionnaire or the times are none that can be asked for.</exception>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<AskedAnswer> AskAsync(Talker talker, TalkView view, Resource questionnaire, CheckInTimes times, string once, CancellationToken cancel)
    {
        if (CheckInQuestionnaire.Read(questionnaire).Form is not { } form || !times.IsPossible || times.At(_clock.GetUtcNow()) is null)
        {
            throw new ArgumentException("a check-in is a few short questions, at times that begin now", nameof(questionnaire));
        }

        var key = Saying.KeyOf(talker, once);
        if (await _store.FindOnceAsync(view.Id, key, cancel) is { } before)
        {
            return await LineAsync(view, before, cancel) is CheckInAskedLine known && known.Times == times && Asks(known.Questionnaire) == Asks(Encoding.UTF8.GetString(questionnaire.Json.Span)) ? new(AskedStatus.Asked, before) : new(AskedStatus.KeyUsedBefore);
        }

        if (!MayAsk(view))
        {
            return new(view.State.IsEnded ? AskedStatus.Ended : AskedStatus.NotTheirs);
        }

        var json = Encoding.UTF8.GetString(questionnaire.Json.Span);
        var isFull = false;
        var by = await _speakers.OfAsync(talker, view, cancel);
        var added = await _store.AddAsync(
            view.Stored,
            key,
            state =>
            {
                var line = state.IsEnded || state.SeatOf(view.Capacity.Reference) is null ? null
                    : new CheckInAskedLine(_clock.GetUtcNow(), by, json, form.Title, form.Questions.Count, form.Minutes, times);
                isFull = line is not null && !state.CanFollow(line);
                return isFull ? null : line;
            },
            cancel);
        return added is not null ? new(AskedStatus.Asked, added.Seq) : new(isFull ? AskedStatus.TooMany : AskedStatus.Ended);
    }

    /// <summary>One with all its answers, as whoever looks may know of it; null where there is none.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<CheckIn?> FindAsync(TalkView view, long seq, CancellationToken cancel)
    {
        if (seq < view.From || await LineAsync(view, seq, cancel) is not CheckInAskedLine asked || view.Withheld.Is(asked.By.Person, asked.At))
        {
            return null;
        }

        var questionnaire = Resource.Read(Encoding.UTF8.GetBytes(asked.Questionnaire));
        var (now, running) = (_clock.GetUtcNow(), view.State.CheckIn(seq));
        var lines = running?.Answers is { } noted ? await _store.LinesAsync(view.Stored, noted, cancel) : await LinesOfAsync(view, seq, asked.Times, cancel);
        return new CheckIn(seq, asked.At, asked.By, questionnaire, CheckInQuestionnaire.Read(questionnaire).Form!, asked.Times)
        {
            IsRunning = running?.IsOver(now) == false,
            Waits = running?.WaitsAt(now),
            Ended = lines.Select(static line => line.Line).OfType<CheckInEndedLine>().FirstOrDefault(),
            Answers = [.. lines.Where(static line => line.Line is CheckInAnsweredLine).Select(static line => Of(line.Seq, (CheckInAnsweredLine)line.Line))],
        };
    }

    /// <summary>How one was answered and ended that does not go on, or of which that was not noted: among what was said until it was over.</summary>
    private async Task<IReadOnlyList<(long Seq, ConversationLine Line)>> LinesOfAsync(TalkView view, long seq, CheckInTimes times, CancellationToken cancel)
    {
        // Nobody's clock is a day behind.
        var (found, isOver, over) = (new List<(long Seq, ConversationLine Line)>(), false, times.End.AddDays(1));
        for (var from = seq + 1; from <= view.State.Size && !isOver;)
        {
            var lines = await _store.LinesAsync(view.Stored, from, LinesAtOnce, cancel);
            found.AddRange(lines.Where(line => line.Line is CheckInAnsweredLine answered ? answered.Asked == seq : line.Line is CheckInEndedLine ended && ended.Asked == seq));
            isOver = lines.Count == 0 || lines[^1].Line.At >= over || (found is [.., var (_, last)] && (last is CheckInEndedLine || last is CheckInAnsweredLine { Time: var time } && time >= times.Count - 1));
            from = isOver ? from : lines[^1].Seq + 1;
        }

        return found;
    }

    /// <summary>Whether somebody may answer in a conversation: the patient themself, or who acts for them and may both add such answers to the record and share on.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<bool> MayAnswerAsync(TalkView view, Actor actor, CancellationToken cancel) =>
        view.IsPatients && !view.State.IsEnded && (view.IsOwn || await _recording.StandingAsync(view.Patient, actor, cancel) is not null);

    /// <summary>
    /// Answers one. When the task completes, the answer stands in the record, whoever asked can see it by an agreement, and the conversation says so: all of it, or nothing of it stays. Sent again with the same key, it is the same
    /// answer; another one under its key is refused.
    /// </summary>
    /// <param name="talker">Who answers.</param>
    /// <param name="view">Where.</param>
    /// <param name="checkIn">What was asked.</param>
    /// <param name="answers">The answers: something, and nothing wrong with it.</param>
    /// <param name="by">As whom the record is written to.</param>
    /// <param name="once">Tells a repetition.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    /// <exception cref="RecordFullException">There is no room for it in the record.</exception>
    /// <exception cref="RecordUnreadableException">The record is damaged.</exception>
    public async Task<AnsweredStatus> AnswerAsync(Talker talker, TalkView view, CheckIn checkIn, CheckInAnswers answers, Answering by, string once, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(answers.IsEmpty, true, nameof(answers));
        var key = Saying.KeyOf(talker, once);
        var asker = view.State.SeatOf(checkIn.By.As)?.Member;
        var given = new GivenAnswer(view, checkIn, key, answers, asker ?? new Member(checkIn.By.As, checkIn.By.Name, ""), talker.Person) { IsRestricted = await _recording.IsRestrictedAsync(view, cancel) };
        if (await _store.FindOnceAsync(view.Id, key, cancel) is { } before)
        {
            return IsSame(await LineAsync(view, before, cancel), given) ? AnsweredStatus.Answered : AnsweredStatus.KeyUsedBefore;
        }

        if (!view.IsPatients)
        {
            return AnsweredStatus.NothingHere;
        }

        if (view.State.CheckIn(checkIn.Seq)?.WaitsAt(_clock.GetUtcNow()) is not { } time || asker is null)
        {
            // What a server that stopped halfway left of it goes too.
            await _recording.ForgetAsync(given, by);
            return AnsweredStatus.NotWaiting;
        }

        if (await _recording.WriteAsync(given, by, cancel) is not { } entries)
        {
            return AnsweredStatus.NotPermitted;
        }

        AnsweredStatus status;
        try
        {
            status = await _recording.ShareAsync(given, by, entries, cancel) is var shared and not AnsweredStatus.Answered ? shared : await SayAsync(talker, given, by, entries[0], time, cancel);
        }
        catch (Exception)
        {
            await ForgetUnlessSaidAsync(given, by);
            throw;
        }

        if (status is not (AnsweredStatus.Answered or AnsweredStatus.KeyUsedBefore))
        {
            // It was not sent, or another answer was at the same moment: nothing of this one stays.
            await _recording.ForgetAsync(given, by);
        }

        return status;
    }

    private async Task<AnsweredStatus> SayAsync(Talker talker, GivenAnswer given, Answering by, string entry, int time, CancellationToken cancel)
    {
        var (view, checkIn) = (given.View, given.CheckIn);

        // Words that may mean an emergency wait for the team like a message with them.
        var promises = by.IsUrgent ? await _promises.OfferAsync(view.State.Seats.Select(static seat => seat.Member), view.Capacity.Reference, view.State.Topic, _clock.GetUtcNow(), cancel) : [];
        var speaker = await _speakers.OfAsync(talker, view, cancel);
        var added = await _store.AddAsync(
            view.Stored,
            given.Key,
            state => state.IsEnded || state.SeatOf(view.Capacity.Reference) is null || state.SeatOf(given.Asker.Reference) is null ? null
                : new CheckInAnsweredLine(_clock.GetUtcNow(), speaker, checkIn.Seq, time, checkIn.Form.Title, entry, by.IsUrgent, promises.Count > 0 ? promises[0] : null, given.Said, promises.Count > 1 ? [.. promises.Skip(1)] : null) is var line && state.CanFollow(line) ? line : null,
            cancel);

        // The same form, sent a second time at the same moment, is the same answer.
        return added is null ? AnsweredStatus.NotWaiting : IsSame(await LineAsync(view, added.Seq, cancel), given) ? AnsweredStatus.Answered : AnsweredStatus.KeyUsedBefore;
    }

    /// <summary>What was to go with an answer of which the database says that it failed, and sometimes not even whether.</summary>
    private async Task ForgetUnlessSaidAsync(GivenAnswer given, Answering by)
    {
        try
        {
            if (await _store.FindOnceAsync(given.View.Id, given.Key, CancellationToken.None) is null)
            {
                await _recording.ForgetAsync(given, by);
            }
        }
        catch (StorageException)
        {
            // It fails still. Sent again with its key, the answer comes to its end; else what was shared goes with the conversation.
        }
    }

    /// <summary>Ends one before its last time: the patient's side says no, or whoever asked takes it back. False where it is not theirs, or over.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<bool> EndAsync(Talker talker, TalkView view, long seq, CancellationToken cancel)
    {
        if (seq < view.From)
        {
            return false;
        }

        var by = await _speakers.OfAsync(talker, view, cancel);
        return await _store.AddAsync(
            view.Stored,
            null,
            state => state.IsEnded || state.SeatOf(view.Capacity.Reference) is null || state.CheckIn(seq) is not { } known || known.IsOver(_clock.GetUtcNow()) || !(view.IsPatients || known.Asker == view.Capacity.Reference) ? null
                : new CheckInEndedLine(_clock.GetUtcNow(), by, seq, known.Title, view.IsPatients),
            cancel) is not null;
    }

    /// <summary>What a questionnaire asks, whatever it is named: one without a name gets a new one each time.</summary>
    private static string Asks(string questionnaire)
    {
        var json = JsonNode.Parse(questionnaire)!.AsObject();
        json.Remove("url");
        return json.ToJsonString();
    }

    private static bool IsSame(ConversationLine? line, GivenAnswer given) => line is CheckInAnsweredLine known && known.Asked == given.CheckIn.Seq && (known.Said is null || known.Said == given.Said);

    private static CheckInAnswer Of(long seq, CheckInAnsweredLine line) => new(seq, line.Time, line.At, line.By, line.Entry);

    private async Task<ConversationLine?> LineAsync(TalkView view, long seq, CancellationToken cancel) =>
        await _store.LinesAsync(view.Stored, seq, 1, cancel) is [(var found, var line)] && found == seq ? line : null;
}
