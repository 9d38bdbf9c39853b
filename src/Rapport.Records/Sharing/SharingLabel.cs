using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Rapport.Records;

/// <summary>What stands sealed beside a recipient: the name the patient shares under, and what was agreed.</summary>
/// <param name="Name">The name.</param>
/// <param name="Agreements">What was agreed with this recipient, newest first.</param>
internal sealed record SharingLabel(string Name, IReadOnlyList<SharedAgreement> Agreements)
{
    /// <summary>Begins the labels that tell more than a name: no name begins so.</summary>
    private const byte Mark = 1;

    internal byte[] Encode() => [Mark, .. JsonSerializer.SerializeToUtf8Bytes(this, SharingJson.Default.SharingLabel)];

    /// <summary>Reads a label; one without the mark is of a time when it was the name alone.</summary>
    internal static SharingLabel Decode(ReadOnlySpan<byte> label) =>
        label is [Mark, .. var json] ? JsonSerializer.Deserialize(json, SharingJson.Default.SharingLabel)! : new SharingLabel(Encoding.UTF8.GetString(label), []);
}

/// <summary>How labels are written.</summary>
[JsonSerializable(typeof(SharingLabel))]
internal sealed partial class SharingJson : JsonSerializerContext;
