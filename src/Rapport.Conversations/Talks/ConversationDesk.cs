using Rapport.Data;
using Rapport.People;
using Rapport.Records;

namespace Rapport.Conversations;

/// <summary>Where people talk: what somebody may read and write is decided here, at the moment they do. Whatever is not theirs looks like what is not there. Thread safe.</summary>
public sealed class ConversationDesk
{
    /// <summary>The most letters of a message.</summary>
    public const int MostText = 10_000;

    /// <summary>The most letters of what a conversation is about.</summary>
    public const int MostSubject = 120;

    /// <summary>The most entries that are attached to one message.</summary>
    public const int MostAttached = 20;

    /// <summary>The most letters of the key that tells a repetition.</summary>
    public const int MostOnce = 200;

    private const int MostLines = 500;

    private readonly ConversationStore _store;
    private readonly Keyring _keyring;
    private readonly PeopleModule _people;
    private readonly Speakers _speakers;
    private readonly Saying _saying;
    private readonly Parting _parting;
    private readonly TimeProvider _clock;

    /// <param name="database">The database, with this module's schema.</param>
    /// <param name="keyring">What seals.</param>
    /// <param name="records">The records.</param>
    /// <param name="people">Who is in which team.</param>
    /// <param name="clock">The one clock.</param>
    /// <param name="files">How files are taken in; null for as usual.</param>
    public ConversationDesk(Database database, Keyring keyring, RecordsModule records, PeopleModule people, TimeProvider clock, FileRules? files = null)
    {
        (_keyring, _people, _clock) = (keyring, people, clock);
        var keys = new ConversationKeys(records.Keys);
        _store = new ConversationStore(database, keyring, keys);
        Unread = new UnreadTalks(this, _store, keys, people, clock);
        _speakers = new Speakers(_store, people);
        News = new TalkNews(_store.News, database);
        Telling = new TalkTelling(_store, people);
        Promises = new TeamPromises(database, keyring);
        Absences = new TeamAbsences(database, keyring, Promises, clock);
        Hands = new TeamHands(people, Absences, clock);
        Drafts = new TeamDrafts(database, keyring, clock);
        Templates = new TeamTemplates(database, keyring);
        Questionnaires = new TeamQuestionnaires(database, keyring);
        Inbox = new TeamInbox(_store, Absences, Hands, clock);
        Late = new LateAnswers(_store, Promises, new LateHands(people, _store, Absences, Hands, clock), clock);
        Files = new FileDesk(database, keyring, files ?? FileRules.Usual, clock);
        States = new MessageStates(_store, clock);
        CheckIns = new CheckInDesk(_store, _speakers, new CheckInRecording(records), Promises, clock);
        _saying = new Saying(_store, _speakers, new Attaching(records, keyring), Files, Drafts, Promises, clock);
        _parting = new Parting(_store, _speakers, records.Attachments, clock);
    }

    /// <summary>What is new for each member.</summary>
    public TalkNews News { get; }

    /// <summary>What is new, as somebody may know of it.</summary>
    public TalkTelling Telling { get; }

    /// <summary>Told why a conversation is left out that does not open: it was changed at rest. Quick, and throws nothing.</summary>
    public Action<Exception>? FindsDamage { get => _store.Damage.Found; set => _store.Damage.Found = value; }

    /// <summary>In which conversations something waits for somebody.</summary>
    public UnreadTalks Unread { get; }

    /// <summary>What care teams promise.</summary>
    public TeamPromises Promises { get; }

    /// <summary>Who of care teams is away.</summary>
    public TeamAbsences Absences { get; }

    /// <summary>In whose hands things are.</summary>
    public TeamHands Hands { get; }

    /// <summary>What teams draft together.</summary>
    public TeamDrafts Drafts { get; }

    /// <summary>Words that teams use again and again.</summary>
    public TeamTemplates Templates { get; }

    /// <summary>Check-ins that teams keep to ask for them again.</summary>
    public TeamQuestionnaires Questionnaires { get; }

    /// <summary>What waits for care teams.</summary>
    public TeamInbox Inbox { get; }

    /// <summary>Tells somebody of what teams do not answer in time.</summary>
    public LateAnswers Late { get; }

    /// <summary>Photos, documents and voice notes.</summary>
    public FileDesk Files { get; }

    /// <summary>What became of messages.</summary>
    public MessageStates States { get; }

    /// <summary>Check-ins: short questionnaires that are asked for and answered.</summary>
    public CheckInDesk CheckIns { get; }

    /// <summary>Begins a conversation about a patient's record. Asked again with the same key, it is the same conversation.</summary>
    /// <param name="talker">Who begins it.</param>
    /// <param name="ask">What about and with whom: whoever asks has made sure that they may write to each of them.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <returns>It; null when whoever begins it is not among its members, or there is no such record.</returns>
    /// <exception cref="ArgumentException">The subject is too long or none, or there are too few or too many members.</exception>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<BegunAnswer?> BeginAsync(Talker talker, NewConversation ask, CancellationToken cancel)
    {
        if (ask.Members.Count is < 2 or > Conversation.MostMembers || ask.Members.DistinctBy(static member => member.Reference).Count() != ask.Members.Count || TypedText.Trimmed(ask.Subject, MostSubject) is not { } subject)
        {
            throw new ArgumentException("a conversation has a subject, and a few members who are each other's", nameof(ask));
        }

        if (talker.Capacities.FirstOrDefault(known => ask.Members.Any(member => member.Reference == known.Reference) && Topics.IsWithin(ask.Topic, known.Types)) is not { } capacity)
        {
            return null;
        }

        var by = await _speakers.OfAsync(talker, capacity, ask.Patient, ask.Members.First(member => member.Reference == capacity.Reference), cancel);
        var id = ask.Once is { Length: > 0 and <= MostOnce } once
            ? ConversationId.FromBytes(_keyring.LookupHash("conversation-begun", $"{talker.Person.Id}\n{ask.Patient}\n{once}").AsSpan(0, 16)) : ConversationId.New();
        if (await _store.BeginAsync(id, new OpenedLine(_clock.GetUtcNow(), by, ask.Patient, subject, ask.Topic, ask.Members), cancel) is { } begun)
        {
            return new BegunAnswer(new TalkView(talker, begun, capacity, null, 1, Withheld.Nothing));
        }

        if (await FindAsync(talker, id, cancel) is not { } known)
        {
            return null;
        }

        var isSame = (await _store.LinesAsync(known.Stored, 1, 1, cancel)) is [(_, OpenedLine opened)] && opened.Subject == subject && opened.Topic == ask.Topic
            && opened.Members.Select(static member => member.Reference).ToHashSet().SetEquals(ask.Members.Select(static member => member.Reference));
        return new BegunAnswer(isSame ? known : null);
    }

    /// <summary>The conversations of somebody, the newest first; what they deleted for themselves comes back with what is new in it.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<TalkView>> ListAsync(Talker talker, CancellationToken cancel)
    {
        var known = await _store.ListAsync(talker.References, cancel);
        var marks = await _store.Marks.ReadAsync(talker.Person.Id, known, cancel);
        var withheld = await WithheldFromAsync(talker, cancel);
        return
        [
            .. from stored in known
               let view = ViewOf(talker, stored, marks, withheld)
               where view is not null && view.From <= stored.State.Size
               orderby stored.State.LastAt descending, stored.Id
               select view,
        ];
    }

    /// <summary>One of them; null when there is none, they are not in it, or it is damaged.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<TalkView?> FindAsync(Talker talker, ConversationId id, CancellationToken cancel)
    {
        try
        {
            return await _store.FindAsync(id, talker.References, cancel) is { } stored ? ViewOf(talker, stored, await _store.Marks.ReadAsync(talker.Person.Id, [stored], cancel), await WithheldFromAsync(talker, cancel)) : null;
        }
        catch (SealBrokenException e)
        {
            FindsDamage?.Invoke(e);
            return null;
        }
    }

    /// <summary>Null where their mark is damaged too: nobody knows what of it they deleted for themselves.</summary>
    private static TalkView? ViewOf(Talker talker, StoredConversation stored, IReadOnlyDictionary<ConversationId, ReadMark?> marks, Withheld withheld) =>
        marks.TryGetValue(stored.Id, out var mark) && mark is null ? null : TalkView.Of(talker, stored, mark, withheld);

    /// <summary>What happened in it, oldest first: at most 500 lines from a number on, of what they may see. What puts right a message that they may not see says nothing, nor does what is about a check-in that they may not see.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<TalkLine>> LinesAsync(TalkView view, long from, int count, CancellationToken cancel) =>
        [.. (await _store.LinesAsync(view.Stored, Math.Max(from, view.From), Math.Clamp(count, 0, MostLines), cancel)).Select(line => new TalkLine(line.Seq, Seen(view, line.Line)))];

    private async Task<Withheld> WithheldFromAsync(Talker reader, CancellationToken cancel) => new(await _people.Blocks.SinceAsync(reader.Person.Id, cancel));

    /// <summary>A line as they may see it.</summary>
    internal static ConversationLine Seen(TalkView view, ConversationLine line) => view.Withheld.Seen(line) switch
    {
        CorrectedLine corrected when corrected.Seq < view.From => corrected with { Text = "" },
        CheckInAnsweredLine answered when answered.Asked < view.From => answered with { Title = "" },
        CheckInEndedLine ended when ended.Asked < view.From => ended with { Title = "" },
        var seen => seen,
    };

    /// <summary>What puts right some of the lines that they may see, in its order, however much later it came.</summary>
    /// <param name="view">The conversation.</param>
    /// <param name="from">The first of these lines.</param>
    /// <param name="to">The last of them.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<CorrectedLine>> CorrectionsAsync(TalkView view, long from, long to, CancellationToken cancel) =>
        [.. (await _store.CorrectionsAsync(view.Stored, Math.Max(from, view.From), to, cancel)).Select(line => view.Withheld.Seen(line.Line)).OfType<CorrectedLine>()];

    /// <summary>An entry that is attached to a message they may see, as its type and its id; null where there is none. Whether they may see the entry itself is for the gate to say.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<string[]?> AttachedAsync(TalkView view, long seq, int number, CancellationToken cancel) =>
        seq >= view.From && await LinesAsync(view, seq, 1, cancel) is [{ Line: SaidLine { Attached: { } attached } } found] && found.Seq == seq && number < attached.Count && attached[number].Split('/') is [var type, var id]
            ? [type, id] : null;

    /// <summary>How far each has read.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<IReadOnlyList<ReadMark>> MarksAsync(TalkView view, CancellationToken cancel) => _store.Marks.ReadAsync(view.Stored, cancel);

    /// <summary>What the sender of a message would be promised now: who answers and by when; nothing when nobody promises anything.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<IReadOnlyList<AnswerPromise>> PromisesAsync(TalkView view, CancellationToken cancel) =>
        Promises.OfferAsync(view.State.Seats.Select(static seat => seat.Member), view.Capacity.Reference, view.State.Topic, _clock.GetUtcNow(), cancel);

    /// <summary>Says something. When the task completes it is stored; sent again with the same key, it is the same message.</summary>
    /// <param name="talker">Who says it.</param>
    /// <param name="view">Where.</param>
    /// <param name="message">What.</param>
    /// <param name="keeping">Who attaches, where something is attached.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <exception cref="ArgumentException">The text or the key is too long or none, or too much is attached.</exception>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<SaidAnswer> SayAsync(Talker talker, TalkView view, NewMessage message, AttachedKeeping? keeping, CancellationToken cancel) => _saying.SayAsync(talker, view, message, keeping, cancel);

    /// <summary>Whether they have sent a message with this key before.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<bool> WasSaidAsync(Talker talker, TalkView view, string once, CancellationToken cancel) => await _store.FindOnceAsync(view.Id, Saying.KeyOf(talker, once), cancel) is not null;

    /// <summary>Puts right what they said themselves; what stood there first stays to be seen. False when there is no such message of theirs.</summary>
    /// <exception cref="ArgumentException">The text is too long or none.</exception>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<bool> CorrectAsync(Talker talker, TalkView view, long seq, string text, CancellationToken cancel)
    {
        var said = TypedText.Trimmed(text, MostText) ?? throw new ArgumentException("a message is text, of a length that somebody reads", nameof(text));
        return seq >= view.From && (await _store.LinesAsync(view.Stored, seq, 1, cancel)) is [(var found, SaidLine line)] && found == seq && line.By.Person == talker.Person.Id
            && await _speakers.AddAsync(talker, view, (by, state) => new CorrectedLine(_clock.GetUtcNow(), by, seq, said, state.Corrections?.Full), cancel);
    }

    /// <summary>Takes what waits into one's hands or gives it to somebody of the team; null for all of the team. False where they are not of a team in it.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<bool> TakeAsync(Talker talker, TalkView view, PersonId? hands, string? name, CancellationToken cancel) =>
        view.IsTeam && await _speakers.AddAsync(talker, view, (by, _) => new TakenLine(_clock.GetUtcNow(), by, hands, name), cancel);

    /// <summary>Closes it: what was asked is answered. A new message opens it again. False where they are not of a team in it.</summary>
    /// <exception cref="ArgumentException">The summary is too long.</exception>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<bool> CloseAsync(Talker talker, TalkView view, string? summary, CancellationToken cancel)
    {
        var text = string.IsNullOrWhiteSpace(summary) ? null : TypedText.Trimmed(summary, MostText) ?? throw new ArgumentException("a summary is text, of a length that somebody reads", nameof(summary));
        return view.IsTeam && await _speakers.AddAsync(talker, view, (by, _) => new ClosedLine(_clock.GetUtcNow(), by, text), cancel);
    }

    /// <summary>Takes somebody in, by the patient or who acts for them. They see what comes from here on. False where whoever asks may not, or it is full, or they are in it.</summary>
    /// <param name="talker">Who does it.</param>
    /// <param name="view">Where.</param>
    /// <param name="member">Whom: whoever asks has made sure that they may write to them.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<bool> AddMemberAsync(Talker talker, TalkView view, Member member, CancellationToken cancel) =>
        view.IsPatients && await _speakers.AddAsync(talker, view, (by, _) => new JoinedLine(_clock.GetUtcNow(), by, member), cancel);

    /// <summary>Leaves it: they see nothing of it any more, and nothing that was attached. Whose conversation it is ends it instead.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<bool> LeaveAsync(Talker talker, TalkView view, Actor actor, CancellationToken cancel) => _parting.LeaveAsync(talker, view, actor, cancel);

    /// <summary>Leaves all conversations of others that they are in by themselves, as they do who close their account. What they said stays said.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task LeaveAllAsync(Talker talker, Actor actor, CancellationToken cancel) => _parting.LeaveAllAsync(talker, actor, cancel);

    /// <summary>Takes somebody out of it, by the patient themself. They see nothing of it any more, and nothing that was attached. False where whoever asks may not, or there is no such member.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<bool> RemoveMemberAsync(Talker talker, TalkView view, AttachedKeeping keeping, string reference, CancellationToken cancel) => _parting.RemoveAsync(talker, view, keeping, reference, cancel);

    /// <summary>Ends it, by the patient themself: what was attached is shared no more, and nobody writes in it any more.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<bool> EndAsync(Talker talker, TalkView view, AttachedKeeping keeping, CancellationToken cancel) => _parting.EndAsync(talker, view, keeping, cancel);

    /// <summary>Notes how far they have read.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task MarkReadAsync(Talker talker, TalkView view, long seq, CancellationToken cancel) =>
        seq > (view.Mark?.Seq ?? 0) ? MarkAsync(talker, view, new ReadMark(talker.Person.Id, Math.Min(seq, view.State.Size), _clock.GetUtcNow()), cancel) : Task.CompletedTask;

    /// <summary>Deletes for themselves all there is in it until now. Others see it still.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task ClearAsync(Talker talker, TalkView view, CancellationToken cancel) =>
        MarkAsync(talker, view, new ReadMark(talker.Person.Id, view.State.Size, _clock.GetUtcNow(), view.State.Size), cancel);

    private Task MarkAsync(Talker talker, TalkView view, ReadMark mark, CancellationToken cancel)
    {
        var isOfTeam = view.State.Seats.Any(seat => seat.Member.IsTeam && talker.References.Contains(seat.Member.Reference));
        return _store.Marks.WriteAsync([(view.Stored, mark, view.ToldOfReading)], isOfTeam ? (t, noted) => _store.Readings.NoteAsync(t, view.Id, noted) : null, cancel);
    }
}
