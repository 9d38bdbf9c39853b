using System.IO.Pipelines;
using Rapport.Fhir;
using Rapport.Records;
using Rapport.Server.Hosting;

namespace Rapport.Server.Api;

/// <summary>A whole record as one FHIR collection bundle, which this server and others take in.</summary>
internal static class RecordExport
{
    private const int PageSize = 500;

    /// <summary>The server's default address, under which references between the exported resources hold together.</summary>
    private static readonly string BaseUrl = $"http://localhost:{ServerSettings.DefaultPort}/fhir";

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
                var entry = page.Entries[i];
                writer.Entry($"{BaseUrl}/{entry.ResourceType}/{entry.Id}", page.ReadBody(i));
            }

            await output.FlushAsync(cancel);
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        writer.End();
        await output.CompleteAsync();
        await stream.FlushAsync(cancel);
    }
}
