using System.Text.Json;
using System.Text.Json.Serialization;
using Rapport.Data;

namespace Rapport.Records;

/// <summary>How what came by links and waits is stored.</summary>
internal static class LinkDeliverySealing
{
    /// <summary>Deliveries that wait in one record, and the bytes they may have together.</summary>
    internal const int Most = 50;

    internal const long MostBytes = 100L * 1024 * 1024;

    private const int PartLength = 1024 * 1024;

    internal static byte[] Seal(LinkDelivery delivery, PatientId patient, Sealer sealer) =>
        sealer.Seal(Places.Delivery(patient, delivery.Id), JsonSerializer.SerializeToUtf8Bytes(Stored.Of(delivery), DeliveryJson.Default.Stored));

    internal static LinkDelivery Open(PatientId patient, Sealer sealer, string id, byte[] body)
    {
        var local = LocalId.Parse(id);
        return JsonSerializer.Deserialize(sealer.Open(Places.Delivery(patient, local), body), DeliveryJson.Default.Stored)!.ToDelivery(local);
    }

    internal static List<byte[]> SealParts(ReadOnlyMemory<byte> file, PatientId patient, Sealer sealer, LocalId id)
    {
        List<byte[]> parts = [];
        for (var start = 0; start < file.Length; start += PartLength)
        {
            parts.Add(sealer.Seal(Places.DeliveryPart(patient, id, parts.Count), file.Span.Slice(start, Math.Min(PartLength, file.Length - start))));
        }

        return parts;
    }

    internal static byte[] OpenParts(IReadOnlyList<byte[]> parts, PatientId patient, Sealer sealer, LinkDelivery delivery)
    {
        var file = new byte[delivery.FileSize];
        var length = 0;
        foreach (var (number, part) in parts.Index())
        {
            var plain = sealer.Open(Places.DeliveryPart(patient, delivery.Id, number), part);
            plain.CopyTo(file, length);
            length += plain.Length;
        }

        return length == file.Length ? file : throw new InvalidDataException("a part of what came by a link is missing");
    }

    /// <summary>As it is stored: ids as text.</summary>
    internal sealed record Stored(string Link, string LinkLabel, string Said, DateTimeOffset At, string Note, string? FileName, string? FileKind, long FileSize)
    {
        internal static Stored Of(LinkDelivery delivery) => new(
            delivery.Link.ToString(), delivery.LinkLabel, delivery.Said, delivery.At, delivery.Note, delivery.FileName, delivery.FileKind, delivery.FileSize);

        internal LinkDelivery ToDelivery(LocalId id) => new()
        {
            Id = id,
            Link = LocalId.Parse(Link),
            LinkLabel = LinkLabel,
            Said = Said,
            At = At,
            Note = Note,
            FileName = FileName,
            FileKind = FileKind,
            FileSize = FileSize,
        };
    }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LinkDeliverySealing.Stored))]
internal sealed partial class DeliveryJson : JsonSerializerContext;
