using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Rapport.DemoRecord;

/// <summary>
/// Collects resources under keys of the story's own (<c>visit-2018-01-18</c>) and writes them as one FHIR transaction bundle.
/// The same keys give the same file, byte for byte. Not thread safe.
/// </summary>
internal sealed class RecordBuilder
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly List<(string Key, JsonObject Resource)> _entries = [];
    private readonly HashSet<string> _keys = [];
    private readonly HashSet<string> _referred = [];

    /// <summary>Adds <paramref name="resource"/> under <paramref name="key"/>.</summary>
    public void Add(string key, string type, JsonObject resource)
    {
        if (!_keys.Add(key))
        {
            throw new ArgumentException($"`{key}` is there twice", nameof(key));
        }

        resource.Insert(0, "resourceType", type);
        _entries.Add((key, resource));
    }

    /// <summary>A reference to what stands, or will stand, under <paramref name="key"/>.</summary>
    public JsonObject To(string key, string? display = null)
    {
        _referred.Add(key);
        var reference = new JsonObject { ["reference"] = UrnOf(key) };
        if (display is not null)
        {
            reference["display"] = display;
        }

        return reference;
    }

    /// <summary>The bundle, each entry on a line of its own.</summary>
    public string Write()
    {
        if (_referred.Except(_keys).FirstOrDefault() is { } missing)
        {
            throw new InvalidOperationException($"`{missing}` is referred to and is not there");
        }

        var text = new StringBuilder("{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[\n");
        foreach ((string key, JsonObject resource) in _entries)
        {
            var entry = new JsonObject
            {
                ["fullUrl"] = UrnOf(key),
                ["resource"] = resource,
                ["request"] = new JsonObject { ["method"] = "POST", ["url"] = resource["resourceType"]!.GetValue<string>() },
            };
            text.Append(entry.ToJsonString(Plain)).Append(key == _entries[^1].Key ? "\n" : ",\n");
        }

        return text.Append("]}\n").ToString();
    }

    /// <summary>A number between -1 and 1 that is always the same for the same key: the noise of a measurement.</summary>
    public static double Noise(string key)
    {
        ushort bits = BitConverter.ToUInt16(SHA256.HashData(Encoding.UTF8.GetBytes("noise " + key)));
        return (bits / 32767.5) - 1;
    }

    public static string Day(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static string At(DateOnly date, int hour, int minute) => FormattableString.Invariant($"{Day(date)}T{hour:00}:{minute:00}:00Z");

    // A version 8 UUID (RFC 9562): its bits are the key's own.
    private static string UrnOf(string key)
    {
        byte[] bits = SHA256.HashData(Encoding.UTF8.GetBytes("rapport demo " + key))[..16];
        bits[6] = (byte)((bits[6] & 0x0F) | 0x80);
        bits[8] = (byte)((bits[8] & 0x3F) | 0x80);
        return "urn:uuid:" + new Guid(bits, bigEndian: true);
    }
}
