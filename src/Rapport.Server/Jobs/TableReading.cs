using Rapport.Gathering;
using Rapport.Records;

namespace Rapport.Server.Jobs;

/// <summary>A source that was read, a table by what its patient said of its columns.</summary>
/// <param name="Source">What was read.</param>
/// <param name="Options">How it was read.</param>
/// <param name="Shape">Names the shape of a table whose columns had to be explained or still have to be; null for all else.</param>
/// <param name="Told">What was said of such tables before, to be looked at and confirmed; null for nothing.</param>
/// <param name="ToldAt">When that was.</param>
internal sealed record TableReading(HarvestedSource Source, ImportOptions Options, string? Shape, CsvMapping? Told, DateTimeOffset? ToldAt)
{
    /// <summary>Reads a source. A table that asks what its columns mean is not read by what was said of such tables before until that is seen and confirmed: another device may name its columns the same.</summary>
    /// <exception cref="Data.StorageException">The database failed.</exception>
    public static async Task<TableReading> ReadAsync(OwnAccess own, ImportJobNotes notes, ImportOptions options, Func<ImportOptions, Task<HarvestedSource>> read, CancellationToken cancel)
    {
        var source = await read(options with { CsvMapping = notes.Mapping });
        if (source.Refusal?.ColumnsAsked is not { } columns)
        {
            return new TableReading(source, options with { CsvMapping = notes.Mapping }, notes.Shape, null, null);
        }

        var shape = own.Shapes.IdOf(string.Join('\n', columns));
        return notes.Mapping is null && await own.Shapes.FindAsync(shape, cancel) is { } told && CsvMapping.Parse(told.Body.Span, out _) is { } mapping
            ? new TableReading(source, options, shape, mapping, told.ToldAt)
            : new TableReading(source, options, shape, null, null);
    }
}
