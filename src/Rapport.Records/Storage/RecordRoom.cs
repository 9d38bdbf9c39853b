using System.Data.Common;
using Dapper;

namespace Rapport.Records;

/// <summary>
/// How much a record may hold, so that nobody fills the disk of an installation: its patient so much, and whoever else writes into it a part of their own beside that, so that nobody uses up the patient's. What keeps
/// the patient safe is written however full it is: an end of sharing, a mark, a source taken back, an opened emergency door.
/// </summary>
/// <param name="Bytes">Bytes that the patient may bring, as they are stored.</param>
/// <param name="Entries">Versions of entries that the patient may bring.</param>
public sealed record RecordRoom(long Bytes, long Entries)
{
    /// <summary>Of the patient's room, as much as one other person may bring is one part of so many.</summary>
    private const int PartsOfOther = 8;

    /// <summary>The same of all devices together.</summary>
    private const int PartsOfDevices = 2;

    /// <summary>What the patient may say (agreements, what is one) when the room for what they bring is full: one part of so many.</summary>
    private const int PartsOfReserve = 10;

    /// <summary>What an operator gets who sets nothing: a life's records with ten years of several devices and thousands of papers.</summary>
    public static RecordRoom Usual { get; } = new(20L * 1024 * 1024 * 1024, 250_000);

    /// <summary>Whether what is to be written has room.</summary>
    /// <param name="use">How much is taken.</param>
    /// <param name="wanted">What for; null for what is written however full it is.</param>
    /// <param name="entries">Versions of entries that are written in all.</param>
    /// <param name="bytes">Their bytes.</param>
    /// <param name="followed">What is labelled anew by it, where somebody else than the patient writes.</param>
    internal bool Has(RoomUse use, RoomWanted? wanted, long entries, long bytes, (long Entries, long Bytes) followed) => wanted switch
    {
        null or { Kind: RoomKind.TakenBack } => true,
        { Kind: RoomKind.Own } => Fits(use.Own, entries, bytes, 0, 1),

        // In a record that is beyond its room, since it was there before or labels changed, the patient still says what they want shared.
        { Kind: RoomKind.Words } => Fits(use.Own, entries, bytes, PartsOfReserve, 1) || Fits(use.Words, entries, bytes, 0, PartsOfReserve),
        { Kind: RoomKind.Devices } => Fits(use.Writer, wanted.Entries, wanted.Bytes, 0, PartsOfDevices) && Fits(use.Others, wanted.Entries, wanted.Bytes, 0, 1),
        _ => Fits(use.Writer, wanted.Entries, wanted.Bytes, 0, PartsOfOther) && Fits(use.Others, wanted.Entries, wanted.Bytes, 0, 1)
            && (followed.Entries == 0 || Fits(use.Followed, followed.Entries, followed.Bytes, 0, 1)),
    };

    private bool Fits((long Entries, long Bytes) taken, long entries, long bytes, int reserve, int parts) =>
        taken.Entries + entries <= (Entries / parts) + (reserve == 0 ? 0 : Entries / reserve) && taken.Bytes + bytes <= (Bytes / parts) + (reserve == 0 ? 0 : Bytes / reserve);
}

/// <summary>Whose room is taken.</summary>
internal enum RoomKind
{
    /// <summary>The patient's, for what they bring.</summary>
    Own,

    /// <summary>The patient's, for what they say.</summary>
    Words,

    /// <summary>That of the patient's devices.</summary>
    Devices,

    /// <summary>That of somebody else who writes.</summary>
    Other,

    /// <summary>The same, for what they take back: it is written however full the record is.</summary>
    TakenBack,
}

/// <summary>
/// What somebody wants to write, as far as it is theirs. What is marked for everybody but them by it is nobody's, so that how much room they have tells them nothing of that; what is labelled anew is counted
/// for all others together.
/// </summary>
/// <param name="Kind">Whose room.</param>
/// <param name="Writer">The keyed hash of who writes, or the account of what the patient brings or says.</param>
/// <param name="Entries">Versions of entries.</param>
/// <param name="Bytes">Their bytes, as they were brought.</param>
internal sealed record RoomWanted(RoomKind Kind, string Writer, long Entries, long Bytes)
{
    /// <summary>For something that is said in one entry: an agreement, or what is one.</summary>
    internal static RoomWanted OfWord(RecordServices services, Actor actor, bool isByPatient, long bytes) =>
        isByPatient ? new RoomWanted(RoomKind.Words, "", 1, bytes) : new RoomWanted(RoomKind.Other, services.WriterHash(actor.Reference), 1, bytes);
}

/// <summary>How much of a record's room is taken.</summary>
/// <param name="Own">By the patient, what they said among it.</param>
/// <param name="Words">Of that, by what they said.</param>
/// <param name="Others">By all others together.</param>
/// <param name="Followed">By what was labelled anew because of what others wrote.</param>
/// <param name="Writer">By who writes now.</param>
internal readonly record struct RoomUse((long Entries, long Bytes) Own, (long Entries, long Bytes) Words, (long Entries, long Bytes) Others, (long Entries, long Bytes) Followed, (long Entries, long Bytes) Writer);

/// <summary>The record has no more room for what was to be written: nothing was. The message is fit to be shown.</summary>
public sealed class RecordFullException() : Exception(Told)
{
    /// <summary>The same to everybody: it tells nobody what others brought.</summary>
    public const string Told = "there is no more room for this in the record: nothing was written; whoever runs this server can make more";
}

/// <summary>The table of how much of each record's room is taken.</summary>
internal static class RoomTable
{
    /// <summary>The accounts beside those of others: what the patient brings, what they say, and what is labelled anew because of what others write.</summary>
    internal const string Own = "", Words = "words", Followed = "followed";

    internal static async Task<RoomUse> ReadAsync(DbTransaction transaction, string patientId, string writer)
    {
        var (own, words, others, followed, theirs) = ((0L, 0L), (0L, 0L), (0L, 0L), (0L, 0L), (0L, 0L));
        foreach (var (account, entries, bytes) in await transaction.Connection!.QueryAsync<(string, long, long)>(
            "SELECT writer, entries, bytes FROM record_room WHERE patient_id = @patientId", new { patientId }, transaction))
        {
            switch (account)
            {
                case Own:
                    own = Sum(own, entries, bytes);
                    break;
                case Words:
                    (own, words) = (Sum(own, entries, bytes), (entries, bytes));
                    break;
                case Followed:
                    followed = (entries, bytes);
                    break;
                default:
                    others = Sum(others, entries, bytes);
                    break;
            }

            theirs = account == writer ? (entries, bytes) : theirs;
        }

        return new RoomUse(own, words, others, followed, theirs);

        static (long, long) Sum((long Entries, long Bytes) one, long entries, long bytes) => (one.Entries + entries, one.Bytes + bytes);
    }

    internal static Task TakeAsync(DbTransaction transaction, string patientId, string writer, long entries, long bytes) => bytes == 0 && entries == 0 ? Task.CompletedTask : transaction.Connection!.ExecuteAsync(
        """
        INSERT INTO record_room (patient_id, writer, entries, bytes) VALUES (@patientId, @writer, @entries, @bytes)
        ON CONFLICT (patient_id, writer) DO UPDATE SET entries = record_room.entries + excluded.entries, bytes = record_room.bytes + excluded.bytes
        """,
        new { patientId, writer, entries, bytes },
        transaction);
}
