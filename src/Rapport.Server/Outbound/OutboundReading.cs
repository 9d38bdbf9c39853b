using System.IO.Compression;
using Rapport.Data;

namespace Rapport.Server.Outbound;

/// <summary>Reads an answer whole: no more than what is allowed, packed or unpacked, and no longer than while something comes.</summary>
internal sealed class OutboundReading(HttpResponseMessage response, int mostBytes, TimeProvider clock)
{
    private const int BufferLength = 16 * 1024;

    /// <exception cref="TimeoutException">Nothing came for too long.</exception>
    /// <exception cref="IOException">It broke off.</exception>
    public async Task<OutboundAnswer> ReadAsync(CancellationToken cancel)
    {
        if (response.Content.Headers.ContentLength > mostBytes)
        {
            return new OutboundAnswer { Failure = OutboundFailure.TooLarge };
        }

        await using var packed = new LimitedStream(await response.Content.ReadAsStreamAsync(cancel), mostBytes, "the answer is longer than what is read");
        await using var unpacked = Unpack(packed);
        if (unpacked is null)
        {
            return new OutboundAnswer { Failure = OutboundFailure.Broken };
        }

        using var memory = new MemoryStream();
        try
        {
            if (!await TryCopyAsync(unpacked, memory, cancel))
            {
                return new OutboundAnswer { Failure = OutboundFailure.TooLarge };
            }
        }
        catch (InvalidDataException)
        {
            return new OutboundAnswer { Failure = packed.BytesRead > mostBytes ? OutboundFailure.TooLarge : OutboundFailure.Broken };
        }

        return Status() with { Body = memory.ToArray(), MediaType = response.Content.Headers.ContentType?.MediaType };
    }

    /// <summary>How it went, without reading anything.</summary>
    public OutboundAnswer Status() => new() { Status = (int)response.StatusCode, RetryAfter = RetryAfter() };

    /// <summary>Some servers pack whether they were asked to or not. Null for ways of packing that are not known, or several.</summary>
    private Stream? Unpack(Stream packed) => response.Content.Headers.ContentEncoding.ToList() switch
    {
        [] or ["identity"] => packed,
        ["gzip"] => new GZipStream(packed, CompressionMode.Decompress),
        ["deflate"] => new ZLibStream(packed, CompressionMode.Decompress),
        ["br"] => new BrotliStream(packed, CompressionMode.Decompress),
        _ => null,
    };

    private async Task<bool> TryCopyAsync(Stream from, MemoryStream to, CancellationToken cancel)
    {
        var buffer = new byte[BufferLength];
        while (await from.ReadAsync(buffer, cancel).AsTask().WaitAsync(OutboundClient.Idle, clock, cancel) is > 0 and var read)
        {
            to.Write(buffer, 0, read);
            if (to.Length > mostBytes)
            {
                return false;
            }
        }

        return true;
    }

    private TimeSpan? RetryAfter() => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > clock.GetUtcNow() => date - clock.GetUtcNow(),
        _ => null,
    };
}
