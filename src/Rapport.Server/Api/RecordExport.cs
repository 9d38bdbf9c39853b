using System.IO.Pipelines;
using Rapport.Fhir;
using Rapport.Records;
using Rapport.Server.Hosting;

namespace Rapport.Server.Api;

/// <summary>A whole record as one FHIR collection bundle, which this server and others take in.</summary>
internal static class RecordExport
{
    private const int PageSize = 500;

    /// <summary>How many bytes of Base64 a byte of a stored series becomes, as seen of pulse and steps.</summary>
    private const int TableGrowth = 8;

    /// <summary>The server's default address, under which references between the exported resources hold together.</summary>
    private static readonly string BaseUrl = $"http://localhost:{ServerSettings.DefaultPort}/fhir";

    /// <summary>About how many bytes that will be: Base64 makes four of three, and a packed table takes more than what is packed here.</summary>
    public static long EstimateBytes(RecordSize size) => TwoDigits(size.Entries + (size.Documents * 4 / 3) + (size.Series * TableGrowth));

    public static async Task WriteAsync(OwnAccess own, Stream stream, CancellationToken cancel)
    {
        var output = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
        using var writer = new BundleWriter(output);
        writer.Start(BundleType.Collection);
        string? cursor = null;
        do
        {
            var page = await own.QueryAsync(new RecordQuery.Everything(PageSize, cursor), cancel);
            for (var i = 0; i < page.Count; i++)
            {
                var url = $"{BaseUrl}/{page.Entries[i].Reference}";
                if (WholeEntry.IsMore(page, i))
                {
                    await WholeEntry.WriteEntryAsync(writer, url, page, i, null, output, cancel);
                }
                else
                {
                    writer.Entry(url, page.ReadBody(i));
                }

                await WholeEntry.FlushIfFullAsync(output, cancel);
            }

            await output.FlushAsync(cancel);
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        // What the patient said of labels is theirs, and goes along; whoever takes the file in leaves it out or has it as something sensitive.
        foreach (var (id, word) in await own.Labels.ExportAsync(cancel))
        {
            writer.Entry($"{BaseUrl}/Basic/{id}", word);
        }

        foreach (var (id, visit) in await own.Visits.ExportAsync(cancel))
        {
            writer.Entry($"{BaseUrl}/Basic/{id}", visit);
        }

        writer.End();
        await output.CompleteAsync();
        await stream.FlushAsync(cancel);
    }

    /// <summary>What is about so much is not told to the last digit.</summary>
    private static long TwoDigits(long bytes)
    {
        // In the thousands that sizes are told in.
        var unit = 1L;
        while (bytes / unit >= 100 * 1024)
        {
            unit *= 1024;
        }

        var digits = unit;
        while (bytes / digits >= 100)
        {
            digits *= 10;
        }

        return (bytes + digits - 1) / digits * digits;
    }
}
