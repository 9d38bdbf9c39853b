using System.Globalization;
using Rapport.Data;
using Rapport.Ledger;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;

namespace Rapport.Server.Notices;

/// <summary>What others did in somebody's record that they are told of: their ledger has it all, in its order, so it is read from where it was read to. Thread safe.</summary>
internal sealed class RecordLook(Modules modules)
{
    /// <summary>What it notes: how many lines of the ledger were read.</summary>
    private const string Lines = "ledger";

    private const int MostLines = 200;

    /// <summary>Looks. The record is opened only where its ledger has grown.</summary>
    /// <param name="person">Whose record.</param>
    /// <param name="read">What was noted, and what is noted now.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<Waiting>> LookAsync(Person person, Dictionary<string, string> read, CancellationToken cancel)
    {
        if (person.Record is not { } record || !(await modules.Records.Compartments.LedgerSizesAsync([record], cancel)).TryGetValue(record, out var size))
        {
            return [];
        }

        var isKnown = long.TryParse(read.GetValueOrDefault(Lines), NumberStyles.None, CultureInfo.InvariantCulture, out var before);
        List<Waiting> things = [];
        if (isKnown && size > before && await modules.Records.Compartments.OpenOwnAsync(record, Patients.ActorOf(person), cancel) is { } own)
        {
            long? from = size;
            while (from > before && await own.ReadLedgerAsync(from, (int)Math.Min(MostLines, from.Value - before), cancel) is { Count: > 0 } rows)
            {
                things.AddRange(rows.Select(row => (row.Index, Topic: TopicOf(row.Details, $"Patient/{record}"))).Where(static line => line.Topic is not null)
                    .Select(static line => new Waiting(line.Topic!.Value, $"g{line.Index}", 1, IsGoneWhenSeen: false)));
                from = rows[^1].Index;
            }
        }

        read[Lines] = size.ToString(CultureInfo.InvariantCulture);
        return things;
    }

    private static NoticeTopic? TopicOf(LedgerDetails? told, string patient) => told switch
    {
        null => null,
        { Kind: LedgerKind.BrokeGlass } => NoticeTopic.Emergency,
        _ when told.Actor == patient => null,
        { Note: CommentingAccess.Note or OpinionNote.Given or OpinionNote.Declined or SuccessionNote.Asked } => NoticeTopic.Requests,
        _ => null,
    };
}
