using Rapport.Gathering;
using Rapport.Records;

namespace Rapport.Server.Jobs;

/// <summary>A source that was read, a table by what its patient said of its columns, now or of such tables before.</summary>
/// <param name="Source">What was read.</param>
/// <param name="Options">How it was read.</param>
/// <param name="Shape">Names the shape of a table whose columns had to be explained or still have to be; null for all else.</param>
/// <param name="ToldAt">When they were explained, if that was with an earlier file.</param>
internal sealed record TableReading(HarvestedSource Source, ImportOptions Options, string? Shape, DateTimeOffset? ToldAt)
{
    /// <summary>Reads a source; a table that asks what its columns mean again, if that was said of such tables before.</summary>
    /// <exception cref="Data.StorageException">The database failed.</exception>
    public static async Task<TableReading> ReadAsync(OwnAccess own, ImportJobNotes notes, ImportOptions options, Func<ImportOptions, Task<HarvestedSource>> read, CancellationToken cancel)
    {
        var source = await read(options with { CsvMapping = notes.Mapping });
        if (source.Refusal?.ColumnsAsked is not { } columns)
        {
            return new TableReading(source, options, notes.Shape, null);
        }

        var shape = own.Shapes.IdOf(string.Join('\n', columns));
        if (notes.Mapping is null && await own.Shapes.FindAsync(shape, cancel) is { } told && CsvMapping.Parse(told.Body.Span, out _) is { } mapping)
        {
            var again = options with { CsvMapping = mapping };
            return new TableReading(await read(again), again, shape, told.ToldAt);
        }

        return new TableReading(source, options, shape, null);
    }
}
