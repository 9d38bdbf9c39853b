using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Rapport.Gathering;

/// <summary>
/// 128 bits of what an item says, by which many are matched at once: one for all that <see cref="SameJson"/> holds for the same, whatever
/// order its properties have; each source has its own spaces and dashes in a telephone number. Not thread safe.
/// </summary>
internal sealed class ItemDigests
{
    private readonly ArrayBufferWriter<byte> _text = new();

    /// <param name="list">The list that it stands in.</param>
    /// <param name="item">The item.</param>
    internal UInt128 Of(string list, JsonElement item)
    {
        _text.ResetWrittenCount();
        Write(item, isTelecom: list == "telecom");
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(_text.WrittenSpan, hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    private void Write(JsonElement element, bool isTelecom = false)
    {
        Mark((byte)element.ValueKind);
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                Length(element.GetPropertyCount());
                foreach (var property in element.EnumerateObject().OrderBy(property => property.Name, StringComparer.Ordinal))
                {
                    Write(property.Name);
                    if (isTelecom && property.Name == "value" && NumberOf(property.Value) is { } number)
                    {
                        Mark(byte.MaxValue);
                        Write(number);
                    }
                    else
                    {
                        Write(property.Value);
                    }
                }

                break;
            case JsonValueKind.Array:
                Length(element.GetArrayLength());
                foreach (var item in element.EnumerateArray())
                {
                    Write(item);
                }

                break;
            case JsonValueKind.String:
                Write(element.GetString()!);
                break;
            default:
                Write(element.GetRawText());
                break;
        }
    }

    private void Write(string text)
    {
        Length(Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, _text);
    }

    private void Length(int length)
    {
        BinaryPrimitives.WriteInt32BigEndian(_text.GetSpan(sizeof(int)), length);
        _text.Advance(sizeof(int));
    }

    private void Mark(byte what)
    {
        _text.GetSpan(1)[0] = what;
        _text.Advance(1);
    }

    private static string? NumberOf(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && value.GetString() is { } text
        && text.All(letter => char.IsAsciiDigit(letter) || " -().+/".Contains(letter, StringComparison.Ordinal))
            ? string.Concat(text.Where(letter => char.IsAsciiDigit(letter) || letter == '+'))
            : null;
}
