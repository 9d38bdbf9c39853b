using System.Text.Json;
using System.Text.Json.Serialization;

namespace Rapport.Gathering;

/// <summary>What is noted about a device that sends measurements; stored sealed under the patient's key.</summary>
public sealed partial record ConnectedDevice
{
    /// <summary>What its person calls it.</summary>
    public required string Name { get; init; }

    /// <summary>What it may send, see <see cref="DeviceMeasure.Name"/>.</summary>
    public required IReadOnlyList<string> Measures { get; init; }

    /// <summary>When it was connected.</summary>
    public required DateTimeOffset ConnectedAt { get; init; }

    /// <summary>From when on it may send nothing; null for no end.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>When it was stopped; null while it was not.</summary>
    public DateTimeOffset? StoppedAt { get; init; }

    /// <summary>When it sent something last, to about a minute.</summary>
    public DateTimeOffset? LastAt { get; init; }

    /// <summary>How many points were taken from it in all.</summary>
    public long Points { get; init; }

    /// <summary>The day on which it last sent what becomes an entry each, and how many batches of that, so that no device fills the ledger.</summary>
    public DateOnly WritingDay { get; init; }

    /// <inheritdoc cref="WritingDay"/>
    public int Writings { get; init; }

    /// <exception cref="InvalidDataException">The bytes are no notes.</exception>
    public static ConnectedDevice Read(ReadOnlyMemory<byte> body) => JsonSerializer.Deserialize(body.Span, DeviceJson.Default.ConnectedDevice) ?? throw new InvalidDataException("the notes of a device are empty");

    /// <summary>As <see cref="Read"/> reads it.</summary>
    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, DeviceJson.Default.ConnectedDevice);

    [JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
    [JsonSerializable(typeof(ConnectedDevice))]
    private sealed partial class DeviceJson : JsonSerializerContext;
}
