using System.Runtime.InteropServices;
using System.Text.Json;

namespace Rapport.Gathering;

/// <summary>
/// How much of what others say goes along with what one source says of the person: enough for what a person has, and never so much that
/// the Patient could not be read again. Not thread safe.
/// </summary>
internal sealed class CarryingLimit
{
    /// <summary>The most items of one element.</summary>
    internal const int MostItems = 1000;

    /// <summary>The most bytes in all.</summary>
    internal const int MostBytes = 1024 * 1024;

    /// <summary>Of those, the most of photos: they do not keep out whom to call.</summary>
    private const int MostOfPhotos = MostBytes / 2;

    /// <summary>What marks, and a bundle around it, take at most.</summary>
    private const int Around = 1024 * 1024;

    private readonly Dictionary<string, int> _items = [];
    private int _bytes;
    private int _photos = MostOfPhotos;
    private int _elements;

    /// <param name="said">The Patient that others are added to.</param>
    /// <param name="bytes">Its length.</param>
    internal CarryingLimit(JsonElement said, int bytes)
    {
        _bytes = Math.Min(MostBytes, LargeBundle.MostOfOne - Around - bytes);
        _elements = FhirFormat.MostElements - (Around / 16) - Count(said);
    }

    /// <summary>Whether no item of an element has place any more.</summary>
    internal bool IsFull(string name) => _items.GetValueOrDefault(name) >= MostItems || _bytes <= 0 || _elements <= 0;

    internal bool HasPlaceFor(string name, JsonElement item) =>
        !IsFull(name) && BytesOf(item) <= (name == "photo" ? Math.Min(_photos, _bytes) : _bytes);

    /// <summary>Takes the place of an item, and of what has to go along with it; false when that is not there.</summary>
    internal bool TryTake(string name, JsonElement item, IReadOnlyList<JsonElement> along)
    {
        var (bytes, elements) = (BytesOf(item) + along.Sum(BytesOf), Count(item) + along.Sum(Count));
        if (!HasPlaceFor(name, item) || bytes > _bytes || elements > _elements)
        {
            return false;
        }

        (_bytes, _elements) = (_bytes - bytes, _elements - elements);
        _photos -= name == "photo" ? bytes : 0;
        _items[name] = _items.GetValueOrDefault(name) + 1;
        return true;
    }

    private static int BytesOf(JsonElement item) => JsonMarshal.GetRawUtf8Value(item).Length + 1;

    private static int Count(JsonElement element) => 1 + element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().Sum(property => Count(property.Value)),
        JsonValueKind.Array => element.EnumerateArray().Sum(Count),
        _ => 0,
    };
}
