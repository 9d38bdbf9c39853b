using System.Buffers;
using System.Buffers.Text;

namespace Rapport.Server.Api;

/// <summary>Writes what it is given as Base64, in whatever pieces it comes; disposing it writes the end. Not thread safe.</summary>
internal sealed class Base64Stream(IBufferWriter<byte> output) : Stream
{
    private const int Group = 3;
    private const int AtOnce = 16 * 1024 * Group;

    private readonly byte[] _rest = new byte[Group];
    private int _restLength;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (_restLength > 0)
        {
            var missing = Math.Min(Group - _restLength, buffer.Length);
            buffer[..missing].CopyTo(_rest.AsSpan(_restLength));
            _restLength += missing;
            buffer = buffer[missing..];
            if (_restLength < Group)
            {
                return;
            }

            Encode(_rest, isLast: false);
            _restLength = 0;
        }

        for (; buffer.Length >= Group; buffer = buffer[(Math.Min(AtOnce, buffer.Length) / Group * Group)..])
        {
            Encode(buffer[..(Math.Min(AtOnce, buffer.Length) / Group * Group)], isLast: false);
        }

        buffer.CopyTo(_rest);
        _restLength = buffer.Length;
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && _restLength > 0)
        {
            Encode(_rest.AsSpan(0, _restLength), isLast: true);
            _restLength = 0;
        }

        base.Dispose(disposing);
    }

    private void Encode(ReadOnlySpan<byte> bytes, bool isLast)
    {
        Base64.EncodeToUtf8(bytes, output.GetSpan(Base64.GetMaxEncodedToUtf8Length(bytes.Length)), out _, out var written, isLast);
        output.Advance(written);
    }
}
