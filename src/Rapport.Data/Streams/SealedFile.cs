namespace Rapport.Data;

/// <summary>
/// A file in sealed blocks of one length, so that it can be read from any place: the clear bytes as a stream. The last block is shorter, and empty when
/// the file ends with a whole one, so a file that was cut off at a block is missed. Not thread safe.
/// </summary>
/// <param name="sealer">What opens it.</param>
/// <param name="placeOf">The place of a block, by its number.</param>
/// <param name="sealedFile">The sealed bytes; disposed with this.</param>
/// <param name="length">How many clear bytes there are.</param>
public sealed class SealedFile(Sealer sealer, Func<int, Place> placeOf, Stream sealedFile, long length) : ReadOnlyStream(sealedFile)
{
    private const int BlockLength = 256 * 1024;
    private const int SealedLength = BlockLength + Sealer.Overhead;

    private readonly byte[] _sealed = new byte[SealedLength];
    private readonly byte[] _plain = new byte[BlockLength];
    private int _block = -1;
    private int _blockLength;
    private long _position;

    /// <inheritdoc/>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    public override long Length => length;

    /// <inheritdoc/>
    public override long Position
    {
        get => _position;
        set => _position = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value));
    }

    /// <summary>Seals what a stream gives; gives how many clear bytes that was.</summary>
    public static async Task<long> WriteAsync(Sealer sealer, Func<int, Place> placeOf, Stream source, Stream target, CancellationToken cancel)
    {
        var buffer = new byte[BlockLength];
        long total = 0;
        for (var block = 0; ; block++)
        {
            var read = await source.ReadAtLeastAsync(buffer, BlockLength, throwOnEndOfStream: false, cancel);
            await target.WriteAsync(sealer.Seal(placeOf(block), buffer.AsSpan(0, read)), cancel);
            total += read;
            if (read < BlockLength)
            {
                return total;
            }
        }
    }

    /// <inheritdoc/>
    /// <exception cref="SealBrokenException">The file was changed or cut off.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (_position >= length || buffer.IsEmpty)
        {
            return 0;
        }

        Load((int)(_position / BlockLength));
        var start = (int)(_position % BlockLength);
        var count = Math.Min(buffer.Length, _blockLength - start);
        _plain.AsSpan(start, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        _ => length + offset,
    };

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Array.Clear(_plain);
        }

        base.Dispose(disposing);
    }

    private void Load(int block)
    {
        if (_block == block)
        {
            return;
        }

        _block = -1;
        Inner.Position = (long)block * SealedLength;
        var read = Inner.ReadAtLeast(_sealed, SealedLength, throwOnEndOfStream: false);
        var expected = (int)Math.Min(BlockLength, length - ((long)block * BlockLength));
        var place = placeOf(block);
        if (read != expected + Sealer.Overhead)
        {
            throw new SealBrokenException(place);
        }

        sealer.Open(place, _sealed.AsSpan(0, read), _plain.AsSpan(0, expected));
        (_block, _blockLength) = (block, expected);
    }
}
