namespace Rapport.Data;

/// <summary>Reads on until a limit, then says why not further instead of going on.</summary>
/// <param name="inner">What it reads from.</param>
/// <param name="most">The most bytes that are read.</param>
/// <param name="tooMuch">What is said of more.</param>
public sealed class LimitedStream(Stream inner, long most, string tooMuch) : ReadOnlyStream(inner)
{
    /// <summary>How many bytes were read.</summary>
    public long BytesRead { get; private set; }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">There is more than what is allowed.</exception>
    /// <exception cref="InvalidDataException">What is packed is damaged.</exception>
    public override int Read(Span<byte> buffer) => Count(Inner.Read(buffer));

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">There is more than what is allowed.</exception>
    /// <exception cref="InvalidDataException">What is packed is damaged.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => Count(await Inner.ReadAsync(buffer, cancellationToken));

    private int Count(int read)
    {
        BytesRead += read;
        return BytesRead <= most ? read : throw TooMuch.Of(tooMuch);
    }
}
