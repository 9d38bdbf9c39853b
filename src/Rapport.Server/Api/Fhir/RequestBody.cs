using Rapport.Server.Hosting;

namespace Rapport.Server.Api.Fhir;

/// <summary>Reads the JSON a request carries.</summary>
internal static class RequestBody
{
    private const int FirstBytes = 64 * 1024;

    /// <summary>
    /// The body, or null after the request was refused: another media type, or more than <paramref name="maxBytes"/>. Too much is refused as soon
    /// as it is known to be: from its declared length, or where the limit is passed. Never more than the limit is in memory.
    /// </summary>
    public static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpContext context, long maxBytes)
    {
        if (Refusal(context.Request, maxBytes) is { } refusal)
        {
            await context.WriteAsync(refusal);
            return null;
        }

        var declared = context.Request.ContentLength ?? 0;
        var buffer = new byte[Math.Clamp(declared, FirstBytes, 1024 * 1024)];
        var length = 0;
        while (true)
        {
            if (length == buffer.Length)
            {
                // One byte above the limit tells that there is too much.
                Array.Resize(ref buffer, (int)Math.Min(buffer.Length * 2L, maxBytes + 1));
            }

            var read = await context.Request.Body.ReadAsync(buffer.AsMemory(length), context.RequestAborted);
            length += read;
            if (read == 0)
            {
                return buffer.AsMemory(0, length);
            }

            if (length > maxBytes)
            {
                await context.WriteAsync(TooLarge(maxBytes));
                return null;
            }
        }
    }

    private static Failure? Refusal(HttpRequest request, long maxBytes)
    {
        var type = request.ContentType;
        if (type is null || !FhirNegotiation.IsJson(type))
        {
            return new(StatusCodes.Status415UnsupportedMediaType, "not-supported", type is null
                ? "the request has no `Content-Type`: send `application/fhir+json`"
                : $"`{Failure.Short(type)}` is not taken in: send `application/fhir+json`");
        }

        if (type.Contains("charset", StringComparison.OrdinalIgnoreCase) && !type.Contains("utf-8", StringComparison.OrdinalIgnoreCase))
        {
            return new(StatusCodes.Status415UnsupportedMediaType, "not-supported", "JSON comes in UTF-8");
        }

        if (request.Headers.ContentEncoding.Count > 0 && request.Headers.ContentEncoding != "identity")
        {
            return new(StatusCodes.Status415UnsupportedMediaType, "not-supported", "compressed content is not taken in: send it as it is");
        }

        return request.ContentLength > maxBytes ? TooLarge(maxBytes) : null;
    }

    private static Failure TooLarge(long maxBytes) => new(
        StatusCodes.Status413PayloadTooLarge, "too-long", maxBytes >= 1024 * 1024
            ? $"this is more than the {maxBytes / 1024 / 1024} MiB taken in at once: split it into several bundles"
            : $"this is more than the {maxBytes / 1024} KiB taken in at once");
}
