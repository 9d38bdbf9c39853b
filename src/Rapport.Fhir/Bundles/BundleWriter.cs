using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Rapport.Fhir;

/// <summary>
/// Writes a bundle in one pass. Call <see cref="Start"/>, then one of the entry methods for each entry, then <see cref="End"/>.
/// Resources are copied as they are. After each call everything so far has been handed to the output, which may be a pipe
/// that is flushed between two entries. Not thread safe.
/// </summary>
public sealed class BundleWriter(IBufferWriter<byte> output) : IDisposable
{
    // Answers are read by JSON parsers, not spliced into pages: only what JSON asks for is escaped.
    private readonly Utf8JsonWriter json = new(output, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });
    private bool hasEntries;

    /// <summary>Opens the bundle.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="timestamp">When it was made; left out when null.</param>
    /// <param name="total">How many matches there are in all; only for searchset and history, left out when null.</param>
    /// <param name="links">Links such as self, next and previous.</param>
    public void Start(BundleType type, DateTimeOffset? timestamp = null, int? total = null, params ReadOnlySpan<BundleLink> links)
    {
        hasEntries = false;
        json.WriteStartObject();
        json.WriteString("resourceType"u8, "Bundle"u8);
        json.WriteString("type"u8, BundleTypeCodes.CodeOf(type));
        Instant("timestamp"u8, timestamp);
        if (total is { } number)
        {
            json.WriteNumber("total"u8, number);
        }

        if (links.Length > 0)
        {
            json.WriteStartArray("link"u8);
            foreach (var link in links)
            {
                json.WriteStartObject();
                json.WriteString("relation"u8, link.Relation);
                json.WriteString("url"u8, link.Url);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.Flush();
    }

    /// <summary>An entry of a collection, document or message, or one that goes into a transaction.</summary>
    /// <param name="fullUrl">The full URL; left out when null.</param>
    /// <param name="resource">The resource as JSON; left out when empty.</param>
    /// <param name="request">What to do with it; left out when null.</param>
    public void Entry(string? fullUrl, ReadOnlySpan<byte> resource, BundleRequest? request = null)
    {
        Open(fullUrl, resource);
        Request(request);
        Close();
    }

    /// <summary>
    /// Begins an entry that is too large for one piece: the caller writes the rest of its resource to the output, then calls <see cref="EndEntry"/>.
    /// </summary>
    /// <param name="fullUrl">The full URL; left out when null.</param>
    /// <param name="beginning">How the resource's JSON begins.</param>
    public void BeginEntry(string? fullUrl, ReadOnlySpan<byte> beginning)
    {
        Open(fullUrl, beginning);
        json.Flush();
    }

    /// <summary>Ends what <see cref="BeginEntry"/> began.</summary>
    /// <param name="mode">Why it is in a searchset; null in a bundle of another kind.</param>
    public void EndEntry(SearchEntryMode? mode)
    {
        if (mode is { } why)
        {
            Search(why);
        }

        Close();
    }

    /// <summary>An entry of a searchset.</summary>
    public void SearchEntry(string? fullUrl, ReadOnlySpan<byte> resource, SearchEntryMode mode)
    {
        Open(fullUrl, resource);
        Search(mode);
        Close();
    }

    /// <summary>An entry of a history or of the response to a transaction or batch.</summary>
    /// <param name="fullUrl">The full URL; left out when null.</param>
    /// <param name="resource">The resource as JSON; left out when empty.</param>
    /// <param name="request">The request, which a history needs; left out when null.</param>
    /// <param name="response">What came of it.</param>
    public void ResponseEntry(string? fullUrl, ReadOnlySpan<byte> resource, BundleRequest? request, in BundleResponse response)
    {
        Open(fullUrl, resource);
        Request(request);
        json.WriteStartObject("response"u8);
        json.WriteString("status"u8, response.Status);
        Text("location"u8, response.Location);
        Text("etag"u8, response.ETag);
        Instant("lastModified"u8, response.LastModified);
        if (!response.Outcome.IsEmpty)
        {
            json.WritePropertyName("outcome"u8);
            json.WriteRawValue(response.Outcome.Span, skipInputValidation: true);
        }

        json.WriteEndObject();
        Close();
    }

    /// <summary>Closes the bundle. The writer may then start another.</summary>
    public void End()
    {
        if (hasEntries)
        {
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.Flush();
        json.Reset();
    }

    /// <summary>Lets go of the buffers; the output stays as it is.</summary>
    public void Dispose() => json.Dispose();

    private void Open(string? fullUrl, ReadOnlySpan<byte> resource)
    {
        if (!hasEntries)
        {
            json.WriteStartArray("entry"u8);
            hasEntries = true;
        }

        json.WriteStartObject();
        Text("fullUrl"u8, fullUrl);
        if (!resource.IsEmpty)
        {
            json.WritePropertyName("resource"u8);
            json.WriteRawValue(resource, skipInputValidation: true);
        }
    }

    private void Close()
    {
        json.WriteEndObject();
        json.Flush();
    }

    private void Search(SearchEntryMode mode)
    {
        json.WriteStartObject("search"u8);
        json.WriteString("mode"u8, mode switch { SearchEntryMode.Match => "match"u8, SearchEntryMode.Include => "include"u8, _ => "outcome"u8 });
        json.WriteEndObject();
    }

    private void Request(BundleRequest? request)
    {
        if (request is null)
        {
            return;
        }

        json.WriteStartObject("request"u8);
        json.WriteString("method"u8, request.Method);
        json.WriteString("url"u8, request.Url);
        Text("ifNoneMatch"u8, request.IfNoneMatch);
        Text("ifModifiedSince"u8, request.IfModifiedSince);
        Text("ifMatch"u8, request.IfMatch);
        Text("ifNoneExist"u8, request.IfNoneExist);
        json.WriteEndObject();
    }

    private void Text(ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private void Instant(ReadOnlySpan<byte> name, DateTimeOffset? instant)
    {
        if (instant is { } moment)
        {
            Span<byte> text = stackalloc byte[24];
            moment.UtcDateTime.TryFormat(text, out _, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
            json.WriteString(name, text);
        }
    }
}

/// <summary>A link of a bundle: <c>self</c>, <c>next</c>, <c>previous</c>, <c>first</c>, <c>last</c>.</summary>
public readonly record struct BundleLink(string Relation, string Url);

/// <summary>Why an entry is in a searchset.</summary>
public enum SearchEntryMode : byte
{
    Match,
    Include,
    Outcome,
}

/// <summary>What came of one entry.</summary>
/// <param name="Status">The HTTP status: <c>201 Created</c>.</param>
/// <param name="Location">Where the resource is now; left out when null.</param>
/// <param name="ETag">Its version: <c>W/"1"</c>; left out when null.</param>
/// <param name="LastModified">When it changed; left out when null.</param>
/// <param name="Outcome">An OperationOutcome as JSON; left out when empty.</param>
public readonly record struct BundleResponse(
    string Status, string? Location = null, string? ETag = null, DateTimeOffset? LastModified = null, ReadOnlyMemory<byte> Outcome = default);
