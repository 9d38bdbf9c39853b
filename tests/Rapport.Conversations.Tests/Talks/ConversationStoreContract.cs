using System.Text;
using Dapper;
using Rapport.Data;
using Rapport.Records;
using Rapport.TestKit;

namespace Rapport.Conversations.Tests.Talks;

/// <summary>Conversations on two nodes of one database: nothing said is lost, doubled or out of order, nobody sees what is not theirs, and the rows tell nothing.</summary>
public abstract class ConversationStoreContract(TestDatabase test) : IAsyncLifetime
{
    private RecordsModule _records = null!, _otherRecords = null!;
    private ConversationStore _store = null!, _other = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private DateTimeOffset Now => test.Clock.GetUtcNow();

    public async ValueTask InitializeAsync()
    {
        await test.MigrateAsync(typeof(RecordsModule), typeof(StoryShelf));
        var second = test.OpenAnother();
        _records = await RecordsModule.OpenAsync(test.Database, test.Keyring, new RecordsOptions(), test.Clock, Cancel);
        _otherRecords = await RecordsModule.OpenAsync(second, test.Keyring, new RecordsOptions(), test.Clock, Cancel);
        (_store, _other) = (new(test.Database, test.Keyring, new(_records.Keys)), new(second, test.Keyring, new(_otherRecords.Keys)));
    }

    public async ValueTask DisposeAsync()
    {
        await _records.DisposeAsync();
        await _otherRecords.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_is_said_is_there_for_its_members_on_every_node_in_its_order()
    {
        var (patient, doctor) = (await NewPatientAsync(), Someone("Practitioner", "Dr Lee"));
        var begun = await BeginAsync(patient, doctor);
        await SayAsync(_store, begun, patient, "first");
        var found = (await _other.FindAsync(begun.Id, [doctor.As], Cancel))!;
        await SayAsync(_other, found, doctor, "second");
        await SayAsync(_store, begun, patient, "third");
        foreach (var store in new[] { _store, _other })
        {
            Assert.Equal(["first", "second", "third"], await TextsAsync(store, begun.Id, patient.As));
            Assert.Equal(["third"], (await store.LinesAsync(begun, 4, 10, Cancel)).Select(static line => ((SaidLine)line.Line).Text));
            Assert.Equal(begun.Id, Assert.Single(await store.ListAsync(["Patient/other", doctor.As, patient.As], Cancel)).Id);
        }
    }

    /// <summary>Of what kinds the words are, told of all that was said but for what whoever acts wrote.</summary>
    [Fact]
    public async Task What_sensitive_kinds_its_words_are_about_is_known_of_it_and_who_wrote_them()
    {
        var (patient, doctor) = (await NewPatientAsync(), Someone("Practitioner", "Dr Lee") with { Role = "physician" });
        var begun = await BeginAsync(patient, doctor);
        Assert.Equal([], begun.State.Kinds!);
        await SayAsync(_store, begun, new Speaker(PersonId.New(), patient.As, "Sam", "parent", IsActing: true), "depression and contraception");
        await SayAsync(_other, (await _other.FindAsync(begun.Id, [doctor.As], Cancel))!, doctor, "about my knee");
        Assert.Equal([], (await _store.FindAsync(begun.Id, [patient.As], Cancel))!.State.Kinds!);
        await SayAsync(_other, (await _other.FindAsync(begun.Id, [doctor.As], Cancel))!, doctor, "depression?");
        await SayAsync(_store, (await _store.FindAsync(begun.Id, [patient.As], Cancel))!, patient, "depression and contraception");
        var found = (await _other.FindAsync(begun.Id, [patient.As], Cancel))!;
        Assert.Equal(["PSY", "SEX"], found.State.Kinds!.Order());
        Assert.Equal([(false, null), (true, null), (false, "physician"), (false, "physician"), (false, null)], (await _store.LinesAsync(found, 1, 9, Cancel)).Select(static line => (line.Line.By.IsActing, line.Line.By.Role)));
    }

    [Fact]
    public async Task Who_is_not_in_it_cannot_tell_it_from_one_that_is_not_there()
    {
        var (patient, doctor, stranger) = (await NewPatientAsync(), Someone("Practitioner", "Dr Lee"), await NewPatientAsync());
        var begun = await BeginAsync(patient, doctor);
        Assert.Null(await _store.FindAsync(begun.Id, [stranger.As, "Practitioner/" + stranger.Person], Cancel));
        Assert.Null(await _store.FindAsync(ConversationId.New(), [patient.As], Cancel));
        Assert.Null(await _store.FindAsync(begun.Id, [], Cancel));
        Assert.Empty(await _store.ListAsync([stranger.As], Cancel));
        Assert.Empty(await _store.News.ReadAsync(stranger.As, 0, Cancel));
    }

    [Fact]
    public async Task Who_left_sees_nothing_any_more_and_who_came_later_sees_what_came_since()
    {
        var (patient, doctor, sister) = (await NewPatientAsync(), Someone("Practitioner", "Dr Lee"), Someone("RelatedPerson", "Ana"));
        var begun = await BeginAsync(patient, doctor);
        await SayAsync(_store, begun, patient, "before");
        await _other.AddAsync(begun, null, _ => new JoinedLine(Now, patient, new Member(sister.As, sister.Name, sister.Relation)), Cancel);
        await SayAsync(_store, begun, patient, "between");
        await _store.AddAsync(begun, null, _ => new LeftLine(Now, doctor, doctor.As), Cancel);
        await SayAsync(_other, begun, patient, "after");
        Assert.Null(await _store.FindAsync(begun.Id, [doctor.As], Cancel));
        Assert.Empty(await _other.ListAsync([doctor.As], Cancel));
        Assert.Equal(["between", "after"], await TextsAsync(_other, begun.Id, sister.As));
        Assert.Equal(4, (await _store.News.ReadAsync(doctor.As, 0, Cancel)).Max(static news => news.News.Seq));
        Assert.Equal([3, 4, 5, 6], (await _store.News.ReadAsync(sister.As, 0, Cancel)).Select(static news => news.News.Seq));
    }

    [Fact]
    public async Task The_same_message_is_one_however_often_it_comes_and_on_whichever_node()
    {
        var (patient, doctor) = (await NewPatientAsync(), Someone("Practitioner", "Dr Lee"));
        var begun = await BeginAsync(patient, doctor);
        var sent = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => SayAsync(i % 2 == 0 ? _store : _other, begun, patient, "only once", "key")));
        Assert.Single(sent.Select(static added => added!.Seq).Distinct());
        Assert.Equal(["only once"], await TextsAsync(_store, begun.Id, patient.As));
        await SayAsync(_store, begun, doctor, "of another", "key");
        Assert.Equal(["only once", "of another"], await TextsAsync(_store, begun.Id, patient.As));
    }

    [Fact]
    public async Task Many_who_write_at_once_on_two_nodes_lose_and_double_nothing_and_each_is_told_of_each_once()
    {
        var (patient, doctor) = (await NewPatientAsync(), Someone("Practitioner", "Dr Lee"));
        var begun = await BeginAsync(patient, doctor);
        var second = await BeginAsync(patient, doctor);
        var texts = Enumerable.Range(0, 40).Select(static i => $"message {i}").ToList();
        await Task.WhenAll(texts.Select((text, i) => Task.Run(() => SayAsync(i % 2 == 0 ? _store : _other, i % 4 < 2 ? begun : second, i % 3 == 0 ? doctor : patient, text))));
        string[] said = [.. await TextsAsync(_store, begun.Id, patient.As), .. await TextsAsync(_other, second.Id, doctor.As)];
        Assert.Equal(texts.Order(), said.Order());
        foreach (var member in new[] { patient.As, doctor.As })
        {
            var news = await _other.News.ReadAsync(member, 0, Cancel);
            Assert.Equal(Enumerable.Range(1, 42).Select(static seq => (long)seq), news.Select(static one => one.Seq));
            Assert.Equal(42, news.Select(static one => one.News).Distinct().Count());
            foreach (var of in news.GroupBy(static one => one.News.Conversation))
            {
                Assert.Equal(of.Select(static one => one.News.Seq).Order(), of.Select(static one => one.News.Seq));
            }

            Assert.Equal(news.Skip(40), await _store.News.ReadAsync(member, 40, Cancel));
        }
    }

    [Fact]
    public async Task Nobody_reads_less_than_before()
    {
        var (patient, doctor) = (await NewPatientAsync(), Someone("Practitioner", "Dr Lee"));
        var begun = await BeginAsync(patient, doctor);
        await _store.Marks.WriteAsync(begun, new ReadMark(doctor.Person, 3, Now), null, Cancel);
        await _other.Marks.WriteAsync(begun, new ReadMark(doctor.Person, 2, Now.AddHours(1)), null, Cancel);
        await _other.Marks.WriteAsync(begun, new ReadMark(patient.Person, 1, Now), null, Cancel);
        var marks = await _store.Marks.ReadAsync(begun, Cancel);
        Assert.Equal([(doctor.Person, 3L), (patient.Person, 1L)], marks.Select(static mark => (mark.Reader, mark.Seq)).OrderByDescending(static mark => mark.Seq));
    }

    [Fact]
    public async Task Whose_record_is_erased_of_them_no_conversation_opens_on_any_node_that_opened_it_before()
    {
        var (patient, doctor) = (await NewPatientAsync(), Someone("Practitioner", "Dr Lee"));
        var begun = await BeginAsync(patient, doctor);
        Assert.NotNull(await _other.FindAsync(begun.Id, [doctor.As], Cancel));
        Assert.Single(await _other.ListAsync([doctor.As], Cancel));
        Assert.NotNull(await _otherRecords.Compartments.OpenOwnAsync(RecordOf(patient), ActorOf(patient), Cancel));
        var own = (await _records.Compartments.OpenOwnAsync(RecordOf(patient), ActorOf(patient), Cancel))!;
        await own.EraseAsync(Cancel);
        foreach (var store in new[] { _store, _other })
        {
            Assert.Null(await store.FindAsync(begun.Id, [doctor.As], Cancel));
            Assert.Empty(await store.ListAsync([doctor.As], Cancel));
            Assert.Null(await store.BeginAsync(ConversationId.New(), Opened(patient, doctor), Cancel));
        }

        // Nobody looks at it again.
        await _store.ListAsync([patient.As], Cancel);
        var holders = new[] { SeatHolderOf(patient), SeatHolderOf(doctor) }.Select(Convert.ToHexString);
        var places = await test.Database.ReadAsync(c => c.QueryAsync<byte[]>("SELECT holder FROM conversation_place"), Cancel);
        Assert.Empty(places.Select(Convert.ToHexString).Intersect(holders));
    }

    [Fact]
    public async Task What_is_damaged_is_left_out_and_told_to_the_operator_and_takes_no_other_along()
    {
        var doctor = Someone("Practitioner", "Dr Lee");
        var (sound, unread, keyless) = (await NewPatientAsync(), await NewPatientAsync(), await NewPatientAsync());
        var begun = new List<StoredConversation> { await BeginAsync(sound, doctor), await BeginAsync(unread, doctor), await BeginAsync(keyless, doctor) };
        var changed = await BeginAsync(sound, doctor);
        List<Exception> damage = [];
        _other.Damage.Found = damage.Add;
        await DamageAsync("UPDATE entry SET body = @garbage WHERE patient_id = @id", RecordOf(unread).ToString());
        await DamageAsync("UPDATE compartment SET data_key = @garbage WHERE patient_id = @id", RecordOf(keyless).ToString());
        await DamageAsync("UPDATE conversation SET state = @garbage WHERE conversation_id = @id", changed.Id.ToString());

        // What was said is kept beside the record, and needs nothing of it but the key.
        Assert.Equivalent(new[] { begun[0].Id, begun[1].Id }, (await _other.ListAsync([doctor.As], Cancel)).Select(static one => one.Id), strict: true);
        Assert.Equal(2, damage.Count);
        await Assert.ThrowsAsync<SealBrokenException>(() => _other.FindAsync(begun[2].Id, [doctor.As], Cancel));
        await Assert.ThrowsAsync<SealBrokenException>(() => _other.FindAsync(changed.Id, [doctor.As], Cancel));
    }

    [Fact]
    public async Task A_line_is_made_and_sealed_before_it_is_its_turn_to_be_written()
    {
        var (patient, doctor) = (await NewPatientAsync(), Someone("Practitioner", "Dr Lee"));
        var begun = await BeginAsync(patient, doctor);
        var (held, isMade) = (await test.HoldWriterAsync(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var adding = _store.AddAsync(
            begun,
            null,
            _ =>
            {
                isMade.SetResult();
                return new SaidLine(Now, patient, "while somebody else writes", null);
            },
            Cancel);
        await isMade.Task.WaitAsync(Patience.Limit, Cancel);
        await held.DisposeAsync();
        Assert.Equal(2, (await adding)!.Seq);
    }

    [Fact]
    public async Task Who_talks_about_many_patients_loads_none_of_their_records()
    {
        var doctor = Someone("Practitioner", "Dr Lee");
        var begun = await BeginAsync(await NewPatientAsync(), doctor);
        await BeginAsync(await NewPatientAsync(), doctor);
        Assert.Equal(2, (await _other.ListAsync([doctor.As], Cancel)).Count);
        Assert.NotNull(await _other.FindAsync(begun.Id, [doctor.As], Cancel));
        Assert.Equal(0, _otherRecords.Memory.Compartments);
    }

    [Fact]
    public async Task Rows_tell_neither_who_nor_what_nor_how_much_and_two_members_have_nothing_in_common()
    {
        var (patient, doctor) = (await NewPatientAsync(), Someone("Practitioner", "Dr Lee"));
        var begun = await BeginAsync(patient, doctor);
        await SayAsync(_store, begun, patient, "my secret");
        await SayAsync(_store, begun, doctor, "a secret that is quite a bit longer than the other one", "once");
        await _store.Marks.WriteAsync(begun, new ReadMark(doctor.Person, 3, Now), null, Cancel);
        var tables = new[] { "conversation", "conversation_line", "conversation_once", "conversation_mark", "conversation_place", "conversation_news", "conversation_holder" };
        List<string> rows = [];
        foreach (var table in tables)
        {
            var read = await test.Database.ReadAsync(c => c.QueryAsync($"SELECT * FROM {table}"), Cancel);
            rows.AddRange(read.Cast<IDictionary<string, object>>().Select(static row => string.Join(' ', row.Values.Select(static value => value is byte[] bytes ? Encoding.Latin1.GetString(bytes) : value.ToString()))));
        }

        foreach (var secret in new[] { patient.Person.ToString(), RecordOf(patient).ToString(), doctor.Person.ToString(), "secret", "Dr Lee", "About", "said" })
        {
            Assert.DoesNotContain(rows, row => row.Contains(secret, StringComparison.OrdinalIgnoreCase));
        }

        var sizes = await test.Database.ReadAsync(c => c.QueryAsync<byte[]>("SELECT body FROM conversation_line WHERE conversation_id = @id AND seq > 1", new { id = begun.Id.ToString() }), Cancel);
        Assert.Single(sizes.Select(static body => body.Length).Distinct());
        var places = await test.Database.ReadAsync(c => c.QueryAsync<(byte[] Holder, byte[] Place)>("SELECT holder, place FROM conversation_place"), Cancel);
        var holders = places.Select(static place => Convert.ToHexString(place.Holder)).Distinct().ToList();
        var told = await test.Database.ReadAsync(c => c.QueryAsync<byte[]>("SELECT holder FROM conversation_holder"), Cancel);
        var hashes = holders.Concat(places.Select(static place => Convert.ToHexString(place.Place))).Concat(told.Select(Convert.ToHexString)).ToList();
        Assert.Equal(hashes.Count, hashes.Distinct().Count());
    }

    [Fact]
    public async Task Seats_from_before_which_had_the_hash_of_what_is_new_are_found_as_they_were()
    {
        var (patient, doctor) = (await NewPatientAsync(), Someone("Practitioner", "Dr Lee"));
        var (begun, other) = (await BeginAsync(patient, doctor), await BeginAsync(await NewPatientAsync(), doctor));
        await test.Database.WriteAsync(t => t.Connection!.ExecuteAsync("DELETE FROM conversation_place WHERE holder <> @hers", new { hers = SeatHolderOf(doctor) }, t), Cancel);
        await test.Database.WriteAsync(t => t.Connection!.ExecuteAsync("UPDATE conversation_place SET holder = @before", new { before = _store.News.HolderOf(doctor.As) }, t), Cancel);
        Assert.Empty(await _store.ListAsync([doctor.As], Cancel));
        await test.Database.WriteAsync(t => new SeatHolders().ApplyAsync(t, test.Keyring), Cancel);
        Assert.Equal(new[] { begun.Id, other.Id }.Order(), (await _other.ListAsync([doctor.As], Cancel)).Select(static found => found.Id).Order());
        Assert.NotNull(await _store.FindAsync(begun.Id, [doctor.As], Cancel));
    }

    private byte[] SeatHolderOf(Speaker speaker) => ConversationStore.SeatHolderOf(_store.Seats, _store.News.HolderOf(speaker.As));

    private Task DamageAsync(string sql, string id) => test.Database.WriteAsync(t => t.Connection!.ExecuteAsync(sql, new { garbage = new byte[60], id }, t), Cancel);

    private static Actor ActorOf(Speaker patient) => new(patient.Person, patient.As, patient.Name, [patient.As]);

    private static PatientId RecordOf(Speaker patient) => PatientId.Parse(patient.As.AsSpan("Patient/".Length));

    private protected static Speaker Someone(string type, string name)
    {
        var person = PersonId.New();
        return new Speaker(person, $"{type}/{person}", name, "somebody");
    }

    private protected async Task<Speaker> NewPatientAsync()
    {
        var person = PersonId.New();
        var id = await _records.Compartments.CreateAsync(new Actor(person, $"RelatedPerson/{person}", "Maya Ortiz", [$"RelatedPerson/{person}"]), Cancel);
        return new Speaker(person, $"Patient/{id}", "Maya Ortiz", "patient");
    }

    private OpenedLine Opened(Speaker patient, Speaker other) =>
        new(Now, patient, RecordOf(patient), "About my knee", Topic.General, [new Member(patient.As, patient.Name, patient.Relation), new Member(other.As, other.Name, other.Relation)]);

    private protected async Task<StoredConversation> BeginAsync(Speaker patient, Speaker other) => (await _store.BeginAsync(ConversationId.New(), Opened(patient, other), Cancel))!;

    private Task<Added?> SayAsync(ConversationStore store, StoredConversation conversation, Speaker speaker, string text, string? key = null) => store.AddAsync(
        conversation, key is null ? null : $"{speaker.Person}\n{key}", state => state.SeatOf(speaker.As) is null ? null : new SaidLine(Now, speaker, text, null), Cancel);

    private static async Task<IEnumerable<string>> TextsAsync(ConversationStore store, ConversationId id, string member)
    {
        var found = (await store.FindAsync(id, [member], Cancel))!;
        var lines = await store.LinesAsync(found, found.State.SeenFrom([member])!.Value, 500, Cancel);
        return lines.Select(static line => line.Line).OfType<SaidLine>().Select(static said => said.Text);
    }
}

public sealed class ConversationStoreOnSqlite(SqliteTestDatabase test) : ConversationStoreContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class ConversationStoreOnPostgres(PostgresTestDatabase test) : ConversationStoreContract(test), IClassFixture<PostgresTestDatabase>
{
    [Fact]
    public async Task Each_who_asks_for_conversations_takes_one_connection_at_a_time()
    {
        var (patient, doctor) = (await NewPatientAsync(), Someone("Practitioner", "Dr Lee"));
        var begun = await BeginAsync(patient, doctor);
        await using var narrow = Database.OpenPostgreSql(test.ConnectionString + ";Maximum Pool Size=1;Timeout=120");
        await using var records = await RecordsModule.OpenAsync(narrow, test.Keyring, new RecordsOptions(), test.Clock, TestContext.Current.CancellationToken);
        var store = new ConversationStore(narrow, test.Keyring, new(records.Keys));
        Assert.NotNull(await store.FindAsync(begun.Id, [doctor.As], TestContext.Current.CancellationToken));
        Assert.Single(await store.ListAsync([doctor.As], TestContext.Current.CancellationToken));
    }
}
