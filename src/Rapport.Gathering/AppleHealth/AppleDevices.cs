using Rapport.Data;

namespace Rapport.Gathering;

/// <summary>
/// Names of what measured, from the name of the source and HealthKit's description of the device (<c>&lt;&lt;HKDevice: 0x28…&gt;, name:Apple Watch, …&gt;</c>).
/// Versions of software and addresses in memory are left out, so that a device stays one over the years. Each name is one string.
/// </summary>
internal sealed class AppleDevices
{
    private const int MostNames = 2_000;
    private const int MostLength = 200;
    private const int MostKnown = 10_000;
    private const int MostDescription = 2_000;

    private static readonly string[] Fields = ["name", "hardware", "manufacturer", "model", "software", "firmware", "localIdentifier", "FDA UDI", "UDI"];

    private readonly Dictionary<string, string> _byText = [];
    private readonly HashSet<string> _names = [];
    private char[] _key = new char[512];
    private int _keyLength;
    private string? _last;

    /// <summary>The name of a device.</summary>
    /// <exception cref="InvalidDataException">There are more devices than one person has.</exception>
    internal string Name(ReadOnlySpan<char> source, ReadOnlySpan<char> device, ReadOnlySpan<char> product)
    {
        device = device[..Math.Min(device.Length, MostDescription)];
        // The address differs each time; all else seldom does.
        var description = device[(device.IndexOf('>') + 1)..];
        if (_last is not null && IsLast(source, description, product))
        {
            return _last;
        }

        var key = Key(source, description, product);
        var known = _byText.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!known.TryGetValue(key, out var name))
        {
            name = Intern(Describe(source, description, product));
            if (_byText.Count < MostKnown)
            {
                known[key] = name;
            }
        }

        return _last = name;
    }

    private bool IsLast(ReadOnlySpan<char> source, ReadOnlySpan<char> description, ReadOnlySpan<char> product)
    {
        var key = _key.AsSpan(0, _keyLength);
        return key.Length == source.Length + description.Length + product.Length + 2
            && key.StartsWith(source) && key.EndsWith(product) && key[source.Length] == '\n' && key.Slice(source.Length + 1, description.Length).SequenceEqual(description);
    }

    private ReadOnlySpan<char> Key(ReadOnlySpan<char> source, ReadOnlySpan<char> description, ReadOnlySpan<char> product)
    {
        var length = source.Length + description.Length + product.Length + 2;
        if (_key.Length < length)
        {
            _key = new char[length];
        }

        source.CopyTo(_key);
        _key[source.Length] = '\n';
        description.CopyTo(_key.AsSpan(source.Length + 1));
        _key[source.Length + 1 + description.Length] = '\n';
        product.CopyTo(_key.AsSpan(source.Length + 2 + description.Length));
        _keyLength = length;
        return _key.AsSpan(0, length);
    }

    private string Intern(string name)
    {
        if (!_names.TryGetValue(name, out var same))
        {
            same = name;
            if (!_names.Add(name) || _names.Count > MostNames)
            {
                throw TooMuch.Of($"the export has more than the {MostNames} devices that are read at once");
            }
        }

        return same;
    }

    private static string Describe(ReadOnlySpan<char> source, ReadOnlySpan<char> description, ReadOnlySpan<char> product)
    {
        var name = AppleText.Clean(source);
        var details = string.Join(' ', new[] { Field(description, "name"), Field(description, "hardware") ?? AppleText.Clean(product) }
            .Where(detail => detail is { Length: > 0 } && !name.Contains(detail, StringComparison.OrdinalIgnoreCase)).Distinct());
        var full = details.Length == 0 ? name : name.Length == 0 ? details : $"{name} ({details})";
        return full.Length <= MostLength ? full : full[..MostLength];
    }

    /// <summary>A field of the description. Its value may have commas of its own (<c>hardware:Watch2,4</c>), so it ends where the next field begins.</summary>
    private static string? Field(ReadOnlySpan<char> description, string field)
    {
        var start = description.IndexOf($", {field}:");
        if (start < 0)
        {
            return null;
        }

        var value = description[(start + field.Length + 3)..];
        var end = value.Length;
        foreach (var next in Fields)
        {
            end = value[..end].IndexOf($", {next}:") is >= 0 and var at ? at : end;
        }

        return AppleText.Clean(value[..end].TrimEnd('>'));
    }
}
