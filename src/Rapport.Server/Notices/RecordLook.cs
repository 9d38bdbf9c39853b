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
    /// <summary>What it notes: how many lines of the ledger were read, and when each who acts for the patient did something last.</summary>
    private const string Lines = "ledger", Acted = "acted ";

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
        List<LedgerRow> lines = [];
        if (isKnown && size > before && await modules.Records.Compartments.OpenOwnAsync(record, Patients.ActorOf(person), cancel) is { } own)
        {
            long? from = size;
            while (from > before && await own.ReadLedgerAsync(from, (int)Math.Min(MostLines, from.Value - before), cancel) is { Count: > 0 } rows)
            {
                lines.AddRange(rows);
                from = rows[^1].Index;
            }
        }

        read[Lines] = size.ToString(CultureInfo.InvariantCulture);
        List<Waiting> things = [];
        foreach (var line in lines.OrderBy(static line => line.Index))
        {
            things.AddRange(TopicsOf(line, $"Patient/{record}", read).Select(topic => new Waiting(topic, $"g{line.Index}.{topic}", 1, IsGoneWhenSeen: false)));
        }

        return things;
    }

    private static IEnumerable<NoticeTopic> TopicsOf(LedgerRow line, string patient, Dictionary<string, string> read)
    {
        if (TopicOf(line.Details, patient) is { } topic)
        {
            yield return topic;
        }

        if (line.Details is { OnBehalfOf: { } of } told && of == patient && told.Actor != patient && BeginsToAct(told.Actor, line.Leaf.Time, read))
        {
            yield return NoticeTopic.Acting;
        }
    }

    /// <summary>Whether somebody who acts for the patient did nothing for a while before: what they do without a long pause is told once.</summary>
    private static bool BeginsToAct(string actor, DateTimeOffset at, Dictionary<string, string> read)
    {
        var last = long.TryParse(read.GetValueOrDefault(Acted + actor), NumberStyles.None, CultureInfo.InvariantCulture, out var before) ? before : long.MinValue;
        var now = at.ToUnixTimeMilliseconds();
        read[Acted + actor] = now.ToString(CultureInfo.InvariantCulture);
        return last < now - (long)Visit.LongPause.TotalMilliseconds;
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
