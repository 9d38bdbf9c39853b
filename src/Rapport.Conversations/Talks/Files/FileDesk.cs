using System.Security.Cryptography;
using Rapport.Data;
using Rapport.Language;

namespace Rapport.Conversations;

/// <summary>
/// Photos, documents and voice notes of messages: looked through before they are stored, by their content alone, and without what they tell beside what is seen and heard. A file is there for its sender until a message
/// takes it, then for whoever reads that message. Thread safe.
/// </summary>
public sealed class FileDesk
{
    /// <summary>The most files of one message.</summary>
    public const int MostFiles = 6;

    /// <summary>The most letters of what a file shows, and of its name.</summary>
    public const int MostSays = 300, MostName = 120;

    /// <summary>How many of the largest files somebody may send in a day; smaller ones as many as have room in that.</summary>
    public const int MostLargeInADay = 12;

    /// <summary>How long a file waits for a message.</summary>
    public static readonly TimeSpan Waits = TimeSpan.FromDays(1);

    private readonly FileStore _store;
    private readonly Keyring _keyring;
    private readonly FileRules _rules;
    private readonly TimeProvider _clock;

    internal FileDesk(Database database, Keyring keyring, FileRules rules, TimeProvider clock) => (_store, _keyring, _rules, _clock) = (new FileStore(database, keyring), keyring, rules, clock);

    /// <summary>The largest file.</summary>
    public long MostBytes => _rules.MostBytes;

    /// <summary>Takes a file in, to be sent with a message. When the task completes it is stored; sent again with the same key, it is the same file.</summary>
    /// <param name="talker">Who sends it.</param>
    /// <param name="view">Where.</param>
    /// <param name="content">The bytes, read once, to their end or until they are too many.</param>
    /// <param name="name">How they call it; null for nothing.</param>
    /// <param name="once">Tells a repetition from another file of theirs; null where nobody repeats.</param>
    /// <param name="isForm">Whether it is of a form, which may bring several: there the same bytes are the same file, and others another.</param>
    /// <param name="cancel">Gives up; what was written by then goes after a day.</param>
    /// <exception cref="IOException">There is no room on the disk, or whoever sends broke off.</exception>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<FileAnswer> TakeAsync(Talker talker, TalkView view, Stream content, string? name, string? once, CancellationToken cancel, bool isForm = false)
    {
        if (view.State.IsEnded)
        {
            return new FileAnswer(FileStatus.Ended, null);
        }

        var person = talker.Person.Id;
        using var key = new Sealer(RandomNumberGenerator.GetBytes(32));
        await using var file = OpenScratch();
        long length;
        try
        {
            length = await SealedFile.WriteAsync(key, ScratchPlace, new LimitedStream(content, MostBytes, "a file is too large"), file, cancel);
        }
        catch (InvalidDataException e) when (TooMuch.Is(e))
        {
            return new FileAnswer(FileStatus.TooLarge, null);
        }

        await using var sent = new SealedFile(key, ScratchPlace, file, length);
        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(sent, cancel));
        var id = once is null ? LocalId.New() : LocalId.FromBytes(_keyring.LookupHash("conversation-file", $"{view.Id}\n{person}\n{once}\n{(isForm ? hash : "")}").AsSpan(0, 8));
        if (await _store.FindAsync(view.Stored, id, cancel) is { } before)
        {
            return before.File.Sent == hash ? new FileAnswer(FileStatus.Taken, before.File.Of(id)) : new FileAnswer(FileStatus.KeyUsedBefore, null);
        }

        if (length == 0)
        {
            return new FileAnswer(FileStatus.Empty, null);
        }

        // Taken also by what turns out to be none of the kinds: looking through it costs the server as much.
        if (!await _store.TakeRoomAsync(person, _clock.GetUtcNow(), StoredLength.Of(length), MostLargeInADay * StoredLength.Of(MostBytes), cancel))
        {
            return new FileAnswer(FileStatus.NoRoom, null);
        }

        return FileCheck.Look(sent) is not { } found ? new FileAnswer(FileCheck.IsHeic(sent) ? FileStatus.Heic : FileStatus.NotOfAKind, null)
            : await StoreAsync(view.Stored, id, found, sent, new StoredFile(0, person, found.Kind, found.Length, "", hash, Line(name, MostName)), cancel);
    }

    /// <summary>Those of some files that somebody chose and no message has yet, in their order.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<TalkFile>> WaitingAsync(Talker talker, TalkView view, IEnumerable<SentFile> files, CancellationToken cancel)
    {
        List<TalkFile> waiting = [];
        foreach (var file in files.DistinctBy(static file => file.Id).Take(MostFiles))
        {
            if (await _store.FindAsync(view.Stored, file.Id, cancel) is (var stored, false) && stored.By == talker.Person.Id)
            {
                waiting.Add(stored.Of(file.Id, Line(file.Says, MostSays)));
            }
        }

        return waiting;
    }

    /// <summary>Removes a file that somebody chose, unless a message has it.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task RemoveAsync(Talker talker, TalkView view, LocalId id, CancellationToken cancel)
    {
        if (await _store.FindAsync(view.Stored, id, cancel) is (var stored, false) && stored.By == talker.Person.Id)
        {
            await _store.RemoveAsync(view.Id, id, cancel);
        }
    }

    /// <summary>Opens a file of a message that somebody may read, or one that they chose themself.</summary>
    /// <param name="view">Where.</param>
    /// <param name="file">Out of a message of it, or of <see cref="WaitingAsync"/>.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>The bytes, from any place; null where it is gone.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<Stream?> OpenAsync(TalkView view, TalkFile file, CancellationToken cancel) =>
        await _store.FindAsync(view.Stored, file.Id, cancel) is var (stored, _) ? new PieceStream(_store, view.Stored, file.Id, stored) : null;

    /// <summary>Removes what no message took within a day.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task SweepAsync(CancellationToken cancel) => _store.SweepAsync(_clock.GetUtcNow(), cancel);

    /// <summary>Files as a message names them; null where one is not there, or is not whose message it is.</summary>
    internal async Task<IReadOnlyList<TalkFile>?> NamedAsync(Talker talker, TalkView view, IReadOnlyList<SentFile> files, CancellationToken cancel)
    {
        List<TalkFile> named = [];
        foreach (var file in files)
        {
            if (await _store.FindAsync(view.Stored, file.Id, cancel) is not var (stored, _) || stored.By != talker.Person.Id)
            {
                return null;
            }

            named.Add(stored.Of(file.Id, Line(file.Says, MostSays)));
        }

        return named;
    }

    private async Task<FileAnswer> StoreAsync(StoredConversation known, LocalId id, CheckedFile found, Stream sent, StoredFile file, CancellationToken cancel)
    {
        var now = _clock.GetUtcNow();
        if (await _store.BeginAsync(known, id, now, now + Waits, cancel) is { } attempt)
        {
            var hash = await WriteAsync(known, id, attempt, found, sent, cancel);
            var whole = file with { Attempt = attempt, Sha256 = hash };
            if (await _store.EndAsync(known, id, whole, cancel))
            {
                return new FileAnswer(FileStatus.Taken, whole.Of(id));
            }
        }

        // Somebody sent the same at the same moment: it is there, or comes as they end.
        return await _store.FindAsync(known, id, cancel) is var (there, _) && there.Sent == file.Sent ? new FileAnswer(FileStatus.Taken, there.Of(id)) : new FileAnswer(FileStatus.KeyUsedBefore, null);
    }

    /// <summary>Writes what is kept, piece after piece, and zeros up to the length that is stored; gives what it hashes to.</summary>
    private async Task<string> WriteAsync(StoredConversation known, LocalId id, long attempt, CheckedFile found, Stream sent, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (buffer, held, piece) = (new byte[FileStore.PieceLength], 0, 0L);
        foreach (var part in found.Parts)
        {
            sent.Position = Math.Max(0, part.From);
            for (var done = 0L; done < part.Length;)
            {
                var target = buffer.AsMemory(held, (int)Math.Min(buffer.Length - held, part.Length - done));
                if (part.Written is { } written)
                {
                    written.AsMemory((int)done, target.Length).CopyTo(target);
                }
                else if (part.IsZeros)
                {
                    target.Span.Clear();
                }
                else
                {
                    await sent.ReadExactlyAsync(target, cancel);
                }

                hash.AppendData(target.Span);
                done += target.Length;
                held += target.Length;
                if (held == buffer.Length)
                {
                    await EndPieceAsync();
                }
            }
        }

        for (var left = StoredLength.Of(found.Length) - found.Length; left > 0;)
        {
            var zeros = (int)Math.Min(buffer.Length - held, left);
            buffer.AsSpan(held, zeros).Clear();
            held += zeros;
            left -= zeros;
            if (held == buffer.Length)
            {
                await EndPieceAsync();
            }
        }

        if (held > 0)
        {
            await EndPieceAsync();
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());

        async Task EndPieceAsync()
        {
            await _store.WritePieceAsync(known, id, attempt, piece++, buffer.AsMemory(0, held), cancel);
            held = 0;
        }
    }

    /// <summary>A file without a name: what is left of it when the server dies is gone.</summary>
    private FileStream OpenScratch()
    {
        var path = Path.Combine(_rules.Folder, $"rapport-{LocalId.New()}");
        var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.Delete, Options = FileOptions.Asynchronous, BufferSize = 0 });
        File.Delete(path);
        return file;
    }

    private static Place ScratchPlace(int block) => new("scratch", 0, block);

    private static string? Line(string? text, int most) =>
        text?.Trim() is { Length: > 0 } line && !InvisibleCharacters.AreIn(line) && !InvisibleCharacters.AreAllOf(line) ? line.Cut(most) : null;
}
