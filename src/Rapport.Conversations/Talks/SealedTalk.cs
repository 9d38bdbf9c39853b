using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Rapport.Data;

namespace Rapport.Conversations;

/// <summary>How conversations are stored: sealed JSON of a few lengths, so that a row does not tell how much was said.</summary>
internal static class SealedTalk
{
    internal static readonly ConversationJson Json = new(new JsonSerializerOptions
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new IdConverter<PatientId>(static text => PatientId.Parse(text)), new IdConverter<PersonId>(static text => PersonId.Parse(text)), new IdConverter<ConversationId>(static text => ConversationId.Parse(text)), new IdConverter<LocalId>(static text => LocalId.Parse(text)) },
    });

    internal static byte[] Seal<T>(this Sealer sealer, in Place place, T value, JsonTypeInfo<T> type)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(value, type);
        var body = new byte[LengthOf(json.Length)];
        body.AsSpan(json.Length).Fill((byte)' ');
        json.CopyTo(body, 0);
        return sealer.Seal(place, body);
    }

    internal static T Open<T>(this Sealer sealer, in Place place, byte[] sealedValue, JsonTypeInfo<T> type) => JsonSerializer.Deserialize(sealer.Open(place, sealedValue), type)!;

    /// <summary>The place of a row that is found by a keyed hash.</summary>
    internal static Place PlaceOf(string table, byte[] hash, long number) => new(table, BinaryPrimitives.ReadUInt128BigEndian(hash), number);

    /// <summary>The next of 512, 1024, 1536 …, and above 8 KiB the next of 4 KiB.</summary>
    private static int LengthOf(int length)
    {
        var step = length <= 8192 ? 512 : 4096;
        return (length + step - 1) / step * step;
    }

    private sealed class IdConverter<T>(Func<string, T> parse) : JsonConverter<T>
        where T : struct
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => parse(reader.GetString()!);

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}

/// <summary>Where a member has a seat.</summary>
internal sealed record Seated(ConversationId Conversation, PatientId Patient);

[JsonSerializable(typeof(Seated))]
[JsonSerializable(typeof(Conversation))]
[JsonSerializable(typeof(ConversationLine))]
[JsonSerializable(typeof(ReadMark))]
[JsonSerializable(typeof(News))]
[JsonSerializable(typeof(Report))]
[JsonSerializable(typeof(StoredPromise))]
[JsonSerializable(typeof(StoredAbsences))]
[JsonSerializable(typeof(TeamTalk))]
[JsonSerializable(typeof(TeamDraft))]
[JsonSerializable(typeof(StoredTemplates))]
[JsonSerializable(typeof(StoredQuestionnaires))]
[JsonSerializable(typeof(StoredFile))]
[JsonSerializable(typeof(TeamReading))]
internal sealed partial class ConversationJson : JsonSerializerContext;
