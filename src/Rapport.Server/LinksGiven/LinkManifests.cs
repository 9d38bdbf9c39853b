using System.Text.Json;
using System.Text.Json.Nodes;
using Rapport.Records;

namespace Rapport.Server.LinksGiven;

/// <summary>Makes what whoever opened a link gets: the manifest with its files, or one file. Few at a time, since files are large. Thread safe.</summary>
internal sealed class LinkManifests(TimeProvider clock) : IDisposable
{
    /// <summary>After how long it makes sense to look again, for a link of long term.</summary>
    public static readonly TimeSpan LookAgain = TimeSpan.FromHours(1);

    private const int MostAtOnce = 2;

    /// <summary>Letters of the sealed files that lie in the manifest itself, when nobody says how many they take.</summary>
    private const int UsualEmbedded = 4 * 1024 * 1024;

    private readonly SemaphoreSlim _slots = new(MostAtOnce);

    /// <inheritdoc/>
    public void Dispose() => _slots.Dispose();

    /// <summary>The manifest, as JSON.</summary>
    /// <param name="opening">An opening that opened.</param>
    /// <param name="embeddedLengthMax">The longest sealed file that may lie in it; null when nobody says.</param>
    /// <param name="http">Who asks, at which address.</param>
    public Task<byte[]> ManifestAsync(LinkOpening opening, int? embeddedLengthMax, HttpContext http) => InTurnAsync(
        async () =>
        {
            var link = opening.Link!;
            var files = await FilesOf(opening, http).MakeAsync(http.RequestAborted);
            var left = embeddedLengthMax is null ? UsualEmbedded : int.MaxValue;
            var status = link.IsLongTerm ? "can-change" : "finalized";
            var list = new JsonArray();
            foreach (var file in files)
            {
                var entry = new JsonObject { ["contentType"] = LinkFiles.ContentType, ["fhirVersion"] = "4.0.1", ["lastUpdated"] = Instant(clock.GetUtcNow()), ["status"] = status };

                // What is longer in clear than the limit may be shorter packed; but four letters say three bytes.
                var sealedFile = LinkSealing.Seal(link.Secret!.Key, LinkFiles.ContentType, file.Bytes);
                if (sealedFile.Length <= (embeddedLengthMax ?? left))
                {
                    entry["embedded"] = sealedFile;
                    left -= embeddedLengthMax is null ? sealedFile.Length : 0;
                }
                else
                {
                    entry["location"] = $"{link.Secret.Url}/{HolderEndpoints.Files}/{opening.AddressOf!(file.Name)}";
                }

                list.Add(entry);
            }

            return JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["status"] = status, ["files"] = list });
        },
        http.RequestAborted);

    /// <summary>One sealed file; null when it is not there any more.</summary>
    /// <param name="opening">An opening that opened.</param>
    /// <param name="http">Who asks, at which address.</param>
    public Task<string?> FileAsync(LinkOpening opening, HttpContext http) => InTurnAsync(
        async () => await FilesOf(opening, http).MakeOneAsync(opening.File ?? LinkFiles.Bundle, http.RequestAborted) is { } file
            ? LinkSealing.Seal(opening.Link!.Secret!.Key, LinkFiles.ContentType, file)
            : null,
        http.RequestAborted);

    private LinkFiles FilesOf(LinkOpening opening, HttpContext http)
    {
        // What is said by itself is said in the language of the patient, whoever asks.
        System.Globalization.CultureInfo.CurrentUICulture = (Languages.Find(opening.Link!.Language) ?? Languages.English).Culture;
        return new LinkFiles(opening.Link, opening.Disclosure!, Api.Fhir.FhirUrls.BaseOf(http.Request), clock.GetUtcNow());
    }

    private async Task<T> InTurnAsync<T>(Func<Task<T>> work, CancellationToken cancel)
    {
        await _slots.WaitAsync(cancel);
        try
        {
            return await work();
        }
        finally
        {
            _slots.Release();
        }
    }

    private static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");
}
