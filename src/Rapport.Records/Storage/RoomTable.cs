using System.Data.Common;
using Dapper;

namespace Rapport.Records;

/// <summary>The table of how much of each record's room is taken.</summary>
internal static class RoomTable
{
    /// <summary>The accounts beside those of others: what the patient brings, what they say, what their devices send, and what is labelled anew because of what others write.</summary>
    internal const string Own = "", Words = "words", Devices = "devices", Followed = "followed";

    internal static async Task<RoomUse> ReadAsync(DbTransaction transaction, string patientId, string writer)
    {
        var (own, words, devices, others, followed, theirs) = ((0L, 0L), (0L, 0L), (0L, 0L), (0L, 0L), (0L, 0L), (0L, 0L));
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
                case Devices:
                    devices = (entries, bytes);
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

        return new RoomUse(own, words, devices, others, followed, theirs);

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

/// <summary>How much of a record's room is taken.</summary>
/// <param name="Own">By the patient, what they said among it.</param>
/// <param name="Words">Of that, by what they said.</param>
/// <param name="Devices">By the patient's devices.</param>
/// <param name="Others">By everybody else together.</param>
/// <param name="Followed">By what was labelled anew because of what others wrote.</param>
/// <param name="Writer">By who writes now.</param>
internal readonly record struct RoomUse(
    (long Entries, long Bytes) Own, (long Entries, long Bytes) Words, (long Entries, long Bytes) Devices, (long Entries, long Bytes) Others, (long Entries, long Bytes) Followed, (long Entries, long Bytes) Writer);
