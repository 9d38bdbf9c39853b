using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Rapport.Conversations;

/// <summary>What one person says of what came of sharing for one aim, as it is kept among those of others. Immutable.</summary>
internal sealed record StorySlip
{
    /// <summary>What was shared for.</summary>
    public required string Aim { get; init; }

    /// <summary>What they want to be counted with; null when they do not want to be counted.</summary>
    public StoryAnswer? Wish { get; init; }

    /// <summary>Where they are counted in the numbers that are shown; null while they are not.</summary>
    public StorySlot? Slot { get; init; }

    /// <summary>The story; null when they tell none.</summary>
    public StoryText? Text { get; init; }

    /// <summary>Whether the story may be read: it is shown together with others.</summary>
    public bool IsShown { get; init; }

    /// <summary>Whether somebody reported the story, and nobody looked at that yet.</summary>
    public bool IsReported { get; init; }

    /// <summary>Whether whoever runs the server looked at the story and left it: it is reported no more.</summary>
    public bool IsLeft { get; init; }

    /// <summary>Whether whoever runs the server took the story away.</summary>
    public bool IsTakenDown { get; init; }

    /// <summary>Whether they wait to be counted.</summary>
    [JsonIgnore]
    public bool Waits => Slot is null && Wish is not null;

    /// <summary>Whether they are counted where they do not want to be any more: the number changes when it may.</summary>
    [JsonIgnore]
    public bool Leaves => Slot is { } slot && !(Wish is { } wish && slot.Fits(wish));

    /// <summary>Whether nothing is left to keep.</summary>
    [JsonIgnore]
    public bool IsEmpty => Slot is null && Wish is null && Text is null && !IsTakenDown;
}

/// <summary>What somebody is counted with.</summary>
/// <param name="Came">What came of it, as whoever looked says; <see cref="StoryCounting.Silent"/> when they did not say.</param>
/// <param name="Felt">How it was for the patient; <see cref="StoryCounting.Silent"/> when they did not say.</param>
internal sealed record StoryAnswer(string Came, string Felt);

/// <summary>Where somebody is counted.</summary>
/// <param name="Came">With whom in what came of it: an answer, or <see cref="StoryCounting.Rest"/>.</param>
/// <param name="Felt">With whom in how it was.</param>
/// <param name="Month">The month in which they were counted first, such as <c>2026-11</c>.</param>
internal sealed record StorySlot(string Came, string Felt, string Month)
{
    /// <summary>Whether somebody with this answer may be counted here.</summary>
    public bool Fits(StoryAnswer answer) => (Came == StoryCounting.Rest || Came == answer.Came) && (Felt == StoryCounting.Rest || Felt == answer.Felt);
}

/// <summary>A story that others read.</summary>
/// <param name="Recipient">A kind of recipient; null where it is left out.</param>
/// <param name="Condition">A coarse class of conditions; null where it is left out.</param>
/// <param name="Came">What came of it; null where that was not said.</param>
/// <param name="Felt">How it was for them; null where they did not say.</param>
/// <param name="Sentence">In their words; null for none.</param>
public sealed record StoryText(string? Recipient, string? Condition, string? Came, string? Felt, string? Sentence)
{
    /// <summary>The most letters of the sentence.</summary>
    public const int MostSentence = 300;
}

/// <summary>How slips are written: all of one length, so that a row tells nothing of what stands in it.</summary>
internal static class StorySlips
{
    // Some signs take six bytes each.
    private const int Length = 4096;

    private static readonly StoryJson Json = new(new JsonSerializerOptions { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <exception cref="ArgumentException">It is longer than any may be.</exception>
    public static byte[] Write(StorySlip slip)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(slip, Json.StorySlip);
        if (json.Length > Length)
        {
            throw new ArgumentException("a story is a few words", nameof(slip));
        }

        var body = new byte[Length];
        body.AsSpan().Fill((byte)' ');
        json.CopyTo(body, 0);
        return body;
    }

    public static StorySlip Read(ReadOnlySpan<byte> body) => JsonSerializer.Deserialize(body, Json.StorySlip)!;
}

[JsonSerializable(typeof(StorySlip))]
internal sealed partial class StoryJson : JsonSerializerContext;
