using System.Security.Cryptography;
using System.Text;
using Dapper;
using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.TestKit;

namespace Rapport.Conversations.Tests.Talks.Files;

/// <summary>Files of conversations on two nodes of one database: whole or not there, for their sender until a message has them, gone after a day when none does, and rows that tell nothing.</summary>
public abstract class FileStoreContract(TestDatabase test) : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rapport-files-").FullName;
    private RecordsModule _records = null!, _otherRecords = null!;
    private PeopleModule _people = null!;
    private ConversationDesk _desk = null!, _other = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await test.MigrateAsync(typeof(PeopleModule), typeof(RecordsModule), typeof(StoryShelf));
        var second = test.OpenAnother();
        _records = await RecordsModule.OpenAsync(test.Database, test.Keyring, new RecordsOptions(), test.Clock, Cancel);
        _otherRecords = await RecordsModule.OpenAsync(second, test.Keyring, new RecordsOptions(), test.Clock, Cancel);
        var rules = new FileRules(2_000_000, _folder);
        _people = new PeopleModule(test.Database, test.Keyring, test.Clock, new PeopleOptions());
        (_desk, _other) = (new(test.Database, test.Keyring, _records, _people, test.Clock, rules), new(second, test.Keyring, _otherRecords, _people, test.Clock, rules));
    }

    public async ValueTask DisposeAsync()
    {
        await _records.DisposeAsync();
        await _otherRecords.DisposeAsync();
        _people.Dispose();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_file_is_sent_with_a_message_and_read_from_any_place_on_every_node()
    {
        var (maya, lee, view) = await BeginAsync();
        var content = Text(3 * FileStore.PieceLength + 17);
        var file = await TakenAsync(_desk, maya, view, content, "my notes.txt");
        Assert.Equal((FileKind.Text, content.Length, "my notes.txt", Convert.ToHexStringLower(SHA256.HashData(content))), (file.Kind, (int)file.Size, file.Name, file.Sha256));
        Assert.Equal([file], await _other.Files.WaitingAsync(maya, view, [new SentFile(file.Id)], Cancel));
        var said = await SayAsync(_other, maya, view, "", new SentFile(file.Id, " what I wrote down "));
        Assert.Equal(SaidStatus.Said, said.Status);

        var theirs = (await _desk.FindAsync(lee, view.Id, Cancel))!;
        var named = Assert.Single(((SaidLine)(await _desk.LinesAsync(theirs, said.Line!.Seq, 1, Cancel))[0].Line).Files!);
        Assert.Equal(file with { Says = "what I wrote down" }, named);
        await using var stream = (await _other.Files.OpenAsync(theirs, named, Cancel))!;
        Assert.Equal(content, await AllAsync(stream));
        foreach (var from in new[] { 0, 5, FileStore.PieceLength - 1, FileStore.PieceLength, content.Length - 3, content.Length, content.Length + 9 })
        {
            stream.Position = from;
            Assert.Equal(content.Skip(from).Take(40), (await AllAsync(stream)).Take(40));
        }
    }

    [Fact]
    public async Task A_file_is_its_senders_until_a_message_has_it_and_belongs_to_one_message_alone()
    {
        var (maya, lee, view) = await BeginAsync();
        var theirs = (await _desk.FindAsync(lee, view.Id, Cancel))!;
        var (_, _, elsewhere) = await BeginAsync(maya);
        var file = await TakenAsync(_desk, maya, view, Text(10));
        Assert.Empty(await _desk.Files.WaitingAsync(lee, theirs, [new SentFile(file.Id)], Cancel));
        Assert.Equal(SaidStatus.NoSuchFile, (await SayAsync(_desk, lee, theirs, "mine", new SentFile(file.Id))).Status);
        Assert.Equal(SaidStatus.NoSuchFile, (await SayAsync(_desk, maya, elsewhere, "elsewhere", new SentFile(file.Id))).Status);
        Assert.Equal(SaidStatus.NoSuchFile, (await SayAsync(_desk, maya, view, "none such", new SentFile(LocalId.New()))).Status);
        await _desk.Files.RemoveAsync(lee, theirs, file.Id, Cancel);
        Assert.Equal(SaidStatus.Said, (await SayAsync(_desk, maya, view, "here", new SentFile(file.Id))).Status);
        Assert.Equal(SaidStatus.NoSuchFile, (await SayAsync(_other, maya, view, "again", new SentFile(file.Id))).Status);
        Assert.Empty(await _desk.Files.WaitingAsync(maya, view, [new SentFile(file.Id)], Cancel));
        await _desk.Files.RemoveAsync(maya, view, file.Id, Cancel);
        Assert.NotNull(await _desk.Files.OpenAsync(view, file, Cancel));
        Assert.Equal(["here"], (await _desk.LinesAsync(view, 2, 10, Cancel)).Select(static line => ((SaidLine)line.Line).Text));
    }

    [Fact]
    public async Task A_message_is_one_however_often_it_comes_with_its_file_and_another_with_other_files_is_none()
    {
        var (maya, _, view) = await BeginAsync();
        var (file, second) = (await TakenAsync(_desk, maya, view, Text(10)), await TakenAsync(_desk, maya, view, Text(11)));
        var sent = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => (i % 2 == 0 ? _desk : _other).SayAsync(maya, view, new NewMessage("here", "k", []) { Files = [new(file.Id)] }, null, Cancel)));
        Assert.All(sent, static answer => Assert.Equal(SaidStatus.Said, answer.Status));
        Assert.Single(sent.Select(static answer => answer.Line!.Seq).Distinct());
        Assert.Equal(SaidStatus.KeyUsedBefore, (await _desk.SayAsync(maya, view, new NewMessage("here", "k", []) { Files = [new(second.Id)] }, null, Cancel)).Status);
        Assert.Single(await _desk.Files.WaitingAsync(maya, view, [new SentFile(second.Id)], Cancel));
        await Assert.ThrowsAsync<ArgumentException>(() => SayAsync(_desk, maya, view, " "));
    }

    [Fact]
    public async Task What_is_uploaded_again_with_its_key_is_one_file_and_another_under_it_is_refused()
    {
        var (maya, lee, view) = await BeginAsync();
        var content = Text(FileStore.PieceLength + 1);
        var taken = await Task.WhenAll(Enumerable.Range(0, 4).Select(async i => (await (i % 2 == 0 ? _desk : _other).Files.TakeAsync(maya, view, new MemoryStream(content), null, "k", Cancel)).File));
        var again = await _other.Files.TakeAsync(maya, view, new MemoryStream(content), null, "k", Cancel);
        Assert.Equal(FileStatus.Taken, again.Status);
        Assert.All(taken, file => Assert.True(file is null || file == again.File));
        Assert.Equal(FileStatus.KeyUsedBefore, (await _desk.Files.TakeAsync(maya, view, new MemoryStream(Text(9)), null, "k", Cancel)).Status);
        var theirs = (await _desk.FindAsync(lee, view.Id, Cancel))!;
        Assert.NotEqual(again.File!.Id, (await _desk.Files.TakeAsync(lee, theirs, new MemoryStream(content), null, "k", Cancel)).File!.Id);
        await using var stream = (await _desk.Files.OpenAsync(view, again.File, Cancel))!;
        Assert.Equal(content, await AllAsync(stream));
        Assert.Equal(2, await CountAsync($"conversation_piece WHERE conversation_id = '{view.Id}' AND file_id = '{again.File.Id}'"));
    }

    /// <summary>A thief who has a leaflet looks for a file as long as it is: they find one of a few lengths, and how much was sent in a day as one of them too.</summary>
    [Theory]
    [InlineData(1, 16 * 1024)]
    [InlineData(16 * 1024, 16 * 1024)]
    [InlineData(16 * 1024 + 1, 24 * 1024)]
    [InlineData(200_000, 256 * 1024)]
    [InlineData(FileStore.PieceLength, 256 * 1024)]
    [InlineData(FileStore.PieceLength + 1, 384 * 1024)]
    [InlineData(1_000_000, 1024 * 1024)]
    public async Task A_file_is_not_known_by_its_length(int length, int stored)
    {
        var (maya, _, view) = await BeginAsync();
        var file = await TakenAsync(_desk, maya, view, Text(length));
        var pieces = (await test.Database.ReadAsync(
            c => c.QueryAsync<int>("SELECT LENGTH(body) FROM conversation_piece WHERE file_id = @id ORDER BY piece", new { id = file.Id.ToString() }), Cancel)).ToList();
        Assert.Equal(stored, pieces.Sum() - (pieces.Count * Sealer.Overhead));
        Assert.All(pieces.SkipLast(1), static piece => Assert.Equal(FileStore.PieceLength + Sealer.Overhead, piece));
        Assert.Contains(stored, await test.Database.ReadAsync(c => c.QueryAsync<long>("SELECT size FROM conversation_file_room"), Cancel));
        Assert.DoesNotContain(await TablesOf.CellsAsync(test.Database, "conversation_file", Cancel), cell => cell.Column != "attempt" && cell.Bytes.SequenceEqual(Encoding.UTF8.GetBytes($"{length}")));

        // Read, it is as it was.
        Assert.Equal(length, file.Size);
        await using var stream = (await _other.Files.OpenAsync(view, file, Cancel))!;
        Assert.Equal(length, stream.Length);
        Assert.Equal(Text(length), await AllAsync(stream));
        stream.Position = length - 1;
        Assert.Single(await AllAsync(stream));
    }

    [Fact]
    public async Task A_file_from_before_which_ends_where_it_ends_is_read_as_it_was()
    {
        var (maya, _, view) = await BeginAsync();
        var store = new FileStore(test.Database, test.Keyring);
        var (id, content) = (LocalId.New(), Text(20));
        var attempt = (await store.BeginAsync(view.Stored, id, test.Clock.GetUtcNow(), test.Clock.GetUtcNow().AddDays(1), Cancel))!.Value;
        await store.WritePieceAsync(view.Stored, id, attempt, 0, content, Cancel);
        var file = new StoredFile(attempt, maya.Person.Id, FileKind.Text, content.Length, "", "", null);
        Assert.True(await store.EndAsync(view.Stored, id, file, Cancel));
        await using var stream = (await _desk.Files.OpenAsync(view, file.Of(id), Cancel))!;
        Assert.Equal(content, await AllAsync(stream));
    }

    [Fact]
    public async Task What_broke_off_is_not_there_and_the_next_attempt_is_whole()
    {
        var (maya, _, view) = await BeginAsync();
        var store = new FileStore(test.Database, test.Keyring);
        var (id, content) = (LocalId.New(), Text(20));
        var first = (await store.BeginAsync(view.Stored, id, test.Clock.GetUtcNow(), test.Clock.GetUtcNow().AddDays(1), Cancel))!.Value;
        await store.WritePieceAsync(view.Stored, id, first, 0, content, Cancel);
        Assert.Null(await store.FindAsync(view.Stored, id, Cancel));
        var second = (await store.BeginAsync(view.Stored, id, test.Clock.GetUtcNow(), test.Clock.GetUtcNow().AddDays(1), Cancel))!.Value;
        await store.WritePieceAsync(view.Stored, id, second, 0, content, Cancel);
        StoredFile Of(long attempt) => new(attempt, maya.Person.Id, FileKind.Text, content.Length, "", "", null);
        Assert.False(await store.EndAsync(view.Stored, id, Of(first), Cancel));
        Assert.True(await store.EndAsync(view.Stored, id, Of(second), Cancel));
        Assert.Equal(second, (await store.FindAsync(view.Stored, id, Cancel))!.Value.File.Attempt);
        Assert.Null(await store.BeginAsync(view.Stored, id, test.Clock.GetUtcNow(), test.Clock.GetUtcNow().AddDays(1), Cancel));
        Assert.Equal(1, await CountAsync($"conversation_piece WHERE file_id = '{id}'"));
    }

    [Fact]
    public async Task What_no_message_takes_goes_after_a_day_and_what_one_took_stays()
    {
        var (maya, _, view) = await BeginAsync();
        var (kept, left) = (await TakenAsync(_desk, maya, view, Text(10)), await TakenAsync(_desk, maya, view, Text(12)));
        await SayAsync(_desk, maya, view, "here", new SentFile(kept.Id));
        test.Clock.Advance(FileDesk.Waits - TimeSpan.FromMinutes(1));
        await _desk.Files.SweepAsync(Cancel);
        Assert.Single(await _desk.Files.WaitingAsync(maya, view, [new SentFile(left.Id)], Cancel));
        test.Clock.Advance(TimeSpan.FromMinutes(2));
        await _other.Files.SweepAsync(Cancel);
        Assert.Empty(await _desk.Files.WaitingAsync(maya, view, [new SentFile(left.Id)], Cancel));
        Assert.Equal(0, await CountAsync($"conversation_piece WHERE file_id = '{left.Id}'"));
        Assert.NotNull(await _desk.Files.OpenAsync(view, kept, Cancel));
        Assert.Equal(SaidStatus.NoSuchFile, (await SayAsync(_desk, maya, view, "late", new SentFile(left.Id))).Status);
    }

    [Fact]
    public async Task What_is_removed_before_it_is_sent_is_gone_at_once()
    {
        var (maya, _, view) = await BeginAsync();
        var file = await TakenAsync(_desk, maya, view, Text(10));
        await _other.Files.RemoveAsync(maya, view, file.Id, Cancel);
        Assert.Null(await _desk.Files.OpenAsync(view, file, Cancel));
        Assert.Equal(0, await CountAsync($"conversation_piece WHERE file_id = '{file.Id}'"));
    }

    [Fact]
    public async Task Nobody_sends_more_in_a_day_than_their_share_and_others_send_on()
    {
        var (maya, lee, view) = await BeginAsync();
        var large = Text(2_000_000);
        for (var i = 0; i < FileDesk.MostLargeInADay; i++)
        {
            await TakenAsync(i % 2 == 0 ? _desk : _other, maya, view, large);
        }

        Assert.Equal(FileStatus.NoRoom, (await _desk.Files.TakeAsync(maya, view, new MemoryStream(Text(1)), null, null, Cancel)).Status);
        await TakenAsync(_desk, lee, (await _desk.FindAsync(lee, view.Id, Cancel))!, Text(1));
        test.Clock.Advance(TimeSpan.FromDays(1));
        await TakenAsync(_desk, maya, view, large);
        await _desk.Files.SweepAsync(Cancel);
        Assert.Equal(1, await CountAsync("conversation_file_room"));
    }

    [Fact]
    public async Task What_is_empty_or_too_large_or_of_no_kind_is_refused_and_leaves_nothing()
    {
        var (maya, _, view) = await BeginAsync();
        foreach (var (content, status) in new[] { (Array.Empty<byte>(), FileStatus.Empty), (Text(2_000_001), FileStatus.TooLarge), ("<svg onload=x>"u8.ToArray(), FileStatus.NotOfAKind), ([0, 1, 2], FileStatus.NotOfAKind) })
        {
            Assert.Equal((status, null), await _desk.Files.TakeAsync(maya, view, new MemoryStream(content), "x.jpg", null, Cancel) is var answer ? (answer.Status, answer.File) : default);
        }

        Assert.Equal(0, await CountAsync($"conversation_file WHERE conversation_id = '{view.Id}'"));
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public async Task Whose_record_is_erased_of_them_no_file_opens_and_rows_tell_nothing()
    {
        var (maya, lee, view) = await BeginAsync();
        var file = await TakenAsync(_desk, maya, view, "my secret is out"u8.ToArray(), "secret name.txt");
        await SayAsync(_desk, maya, view, "here", new SentFile(file.Id, "secret words"));
        List<string> rows = [];
        foreach (var table in new[] { "conversation_file", "conversation_piece", "conversation_file_room" })
        {
            var read = await test.Database.ReadAsync(c => c.QueryAsync($"SELECT * FROM {table}"), Cancel);
            rows.AddRange(read.Cast<IDictionary<string, object>>().Select(static row => string.Join(' ', row.Values.Select(static value => value is byte[] bytes ? Encoding.Latin1.GetString(bytes) : value?.ToString()))));
        }

        Assert.NotEmpty(rows);
        foreach (var secret in new[] { maya.Person.Id.ToString(), view.Patient.ToString(), "secret", "\"Text\"" })
        {
            Assert.DoesNotContain(rows, row => row.Contains(secret, StringComparison.OrdinalIgnoreCase));
        }

        var own = (await _records.Compartments.OpenOwnAsync(view.Patient, new Actor(maya.Person.Id, $"Patient/{view.Patient}", "Maya", [$"Patient/{view.Patient}"]), Cancel))!;
        await own.EraseAsync(Cancel);
        Assert.Null(await _desk.FindAsync(lee, view.Id, Cancel));
    }

    [Fact]
    public async Task A_piece_that_was_moved_or_changed_does_not_open()
    {
        var (maya, _, view) = await BeginAsync();
        var (one, two) = (await TakenAsync(_desk, maya, view, Text(30)), await TakenAsync(_desk, maya, view, Text(31)));
        await test.Database.WriteAsync(
            t => t.Connection!.ExecuteAsync(
                "UPDATE conversation_piece SET body = (SELECT body FROM conversation_piece WHERE file_id = @two) WHERE file_id = @one", new { one = one.Id.ToString(), two = two.Id.ToString() }, t),
            Cancel);
        await using var moved = (await _desk.Files.OpenAsync(view, one, Cancel))!;
        await Assert.ThrowsAsync<SealBrokenException>(() => AllAsync(moved));
        await test.Database.WriteAsync(t => t.Connection!.ExecuteAsync("DELETE FROM conversation_piece WHERE file_id = @two", new { two = two.Id.ToString() }, t), Cancel);
        await using var gone = (await _desk.Files.OpenAsync(view, two, Cancel))!;
        await Assert.ThrowsAsync<SealBrokenException>(() => AllAsync(gone));
    }

    private static byte[] Text(int length) => [.. Enumerable.Range(0, length).Select(static i => (byte)('a' + (i % 23)))];

    private static async Task<byte[]> AllAsync(Stream stream)
    {
        using var all = new MemoryStream();
        await stream.CopyToAsync(all, Cancel);
        return all.ToArray();
    }

    private static async Task<TalkFile> TakenAsync(ConversationDesk desk, Talker talker, TalkView view, byte[] content, string? name = null)
    {
        var answer = await desk.Files.TakeAsync(talker, view, new MemoryStream(content), name, null, Cancel);
        Assert.Equal(FileStatus.Taken, answer.Status);
        return answer.File!;
    }

    private static Task<SaidAnswer> SayAsync(ConversationDesk desk, Talker talker, TalkView view, string text, params SentFile[] files) =>
        desk.SayAsync(talker, view, new NewMessage(text, LocalId.New().ToString(), []) { Files = files }, null, Cancel);

    private Task<long> CountAsync(string what) => test.Database.ReadAsync(c => c.ExecuteScalarAsync<long>($"SELECT COUNT(*) FROM {what}"), Cancel);

    private async Task<(Talker Maya, Talker Lee, TalkView View)> BeginAsync(Talker? with = null)
    {
        var maya = with?.Person.Id ?? PersonId.New();
        var record = with?.Person.Record ?? await _records.Compartments.CreateAsync(new Actor(maya, $"RelatedPerson/{maya}", "Maya Ortiz", [$"RelatedPerson/{maya}"]), Cancel);
        var (patient, doctor) = (with ?? Of(maya, "Maya Ortiz", record), Of(PersonId.New(), "Dr Lee", null));
        Member[] members = [new($"Patient/{record}", "Maya Ortiz", "patient"), new($"RelatedPerson/{doctor.Person.Id}", "Dr Lee", "friend")];
        return (patient, doctor, (await _desk.BeginAsync(patient, new NewConversation(record, "About my knee", Topic.General, members), Cancel))!.View!);
    }

    private static Talker Of(PersonId id, string name, PatientId? record) => Talker.Themself(
        new Person { Id = id, DisplayName = name, SignInName = name, Record = record, Reference = $"RelatedPerson/{id}", RecipientReferences = [$"RelatedPerson/{id}"] });
}

public sealed class FileStoreOnSqlite(SqliteTestDatabase test) : FileStoreContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class FileStoreOnPostgres(PostgresTestDatabase test) : FileStoreContract(test), IClassFixture<PostgresTestDatabase>;
