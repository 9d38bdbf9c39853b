using System.Collections.ObjectModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using Rapport.Data;

namespace Rapport.Records;

/// <summary>The sealed JSON of a source.</summary>
internal static class SourceEncoding
{
    private const int BitsLength = 16;
    private const int WithoutOrigin = LocalId.TextLength + 1 + BitsLength;

    internal static SourceRow Seal(Compartment compartment, long number, DateTimeOffset at, SourceDescription source, GatheringPlan plan, string by)
    {
        var body = new StoredSource(source.Kind, source.Name, source.Digest.ToArray(), plan.Tally ?? source.Tally, by)
        {
            Report = plan.Report ?? source.Report,
            ProvenanceBlocks = ProvenanceBlocks.CountOf(plan.Entries),
            AlsoSays = plan.AlsoSays.Count > 0 ? [.. plan.AlsoSays.Select(Written)] : null,
            AlsoSaysPoints = plan.AlsoSaysPoints.Count > 0 ? [.. plan.AlsoSaysPoints.Select(Written)] : null,
        };
        return Seal(compartment, number, at, body);
    }

    /// <summary>The row of a source that brought more.</summary>
    /// <param name="compartment">Whose.</param>
    /// <param name="row">As it is stored.</param>
    /// <param name="plan">What more it brought.</param>
    /// <param name="blocks">The blocks in which it is kept where that stood.</param>
    internal static SourceRow Grow(Compartment compartment, SourceRow row, GatheringPlan plan, IEnumerable<int> blocks)
    {
        var stored = Read(compartment, row);
        return Seal(compartment, row.Number, DateTimeOffset.FromUnixTimeMilliseconds(row.GatheredAt), stored with
        {
            Tally = Sum(stored.Tally, plan.Tally),
            LaterBlocks = [.. (stored.LaterBlocks ?? []).Union(blocks.Where(block => block >= stored.ProvenanceBlocks)).Order()],
            AlsoSays = plan.AlsoSays.Count > 0 ? [.. (stored.AlsoSays ?? []).Union(plan.AlsoSays.Select(Written))] : stored.AlsoSays,
            AlsoSaysPoints = plan.AlsoSaysPoints.Count > 0 ? [.. stored.AlsoSaysPoints ?? [], .. plan.AlsoSaysPoints.Select(Written)] : stored.AlsoSaysPoints,
            Report = plan.Report is { } more && stored.Report is { } before ? before with { Taken = Sum(before.Taken, more.Taken), Series = Sum(before.Series, more.Series) } : plan.Report ?? stored.Report,
        });
    }

    private static Dictionary<string, T> Sum<T>(IReadOnlyDictionary<string, T>? left, IReadOnlyDictionary<string, T>? right)
        where T : System.Numerics.INumber<T> =>
        (left ?? new Dictionary<string, T>()).Concat(right ?? new Dictionary<string, T>()).GroupBy(count => count.Key).ToDictionary(count => count.Key, count => count.Aggregate(T.Zero, (sum, next) => sum + next.Value));

    /// <summary>The row of a source that says it was taken back.</summary>
    internal static SourceRow TakeBack(Compartment compartment, SourceRow row, DateTimeOffset at) =>
        Seal(compartment, row.Number, DateTimeOffset.FromUnixTimeMilliseconds(row.GatheredAt), Read(compartment, row) with { TakenBackAt = at });

    private static SourceRow Seal(Compartment compartment, long number, DateTimeOffset at, StoredSource body) => new()
    {
        Number = number,
        GatheredAt = at.ToUnixTimeMilliseconds(),
        Body = compartment.Sealer.Seal(Places.Source(compartment.Id, number), JsonSerializer.SerializeToUtf8Bytes(body, SourceJson.Default.StoredSource)),
    };

    internal static Source Open(Compartment compartment, SourceRow row)
    {
        var body = Read(compartment, row);
        return new Source(
            row.Number,
            DateTimeOffset.FromUnixTimeMilliseconds(row.GatheredAt),
            new SourceDescription(body.Kind, body.Name) { Digest = body.Digest, Tally = body.Tally ?? ReadOnlyDictionary<string, int>.Empty, Report = body.Report },
            body.By)
        {
            TakenBackAt = body.TakenBackAt,
            ProvenanceBlocks = body.ProvenanceBlocks,
            LaterBlocks = body.LaterBlocks ?? [],
            AlsoSays = (body.AlsoSays ?? []).Select(Parse).ToHashSet(),
            AlsoSaysPoints = [.. (body.AlsoSaysPoints ?? []).Select(said => new SaidPoints(LocalId.Parse(said.Local), said.Version, said.Lengths))],
        };
    }

    private static string Written(SaidVersion said) => $"{said.Local}:{said.ContentDigest:x16}{(said.Origin == 0 ? "" : $":{said.Origin:x16}")}";

    private static StoredPoints Written(SaidPoints said) => new(said.Local.ToString(), said.Version, [.. said.Lengths]);

    private static SaidVersion Parse(string said) => new(LocalId.Parse(said.AsSpan(0, LocalId.TextLength)), ParseBits(said.AsSpan(LocalId.TextLength + 1, BitsLength)))
    {
        Origin = said.Length > WithoutOrigin ? ParseBits(said.AsSpan(WithoutOrigin + 1)) : 0,
    };

    private static ulong ParseBits(ReadOnlySpan<char> bits) => ulong.Parse(bits, System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture);

    private static StoredSource Read(Compartment compartment, SourceRow row)
    {
        var plain = compartment.Sealer.Open(Places.Source(compartment.Id, row.Number), row.Body);
        return JsonSerializer.Deserialize(plain, SourceJson.Default.StoredSource) ?? throw new InvalidDataException($"stored source {row.Number} is empty");
    }
}

/// <summary>What is stored of a source.</summary>
internal sealed record StoredSource(string Kind, string Name, byte[] Digest, IReadOnlyDictionary<string, int>? Tally, string By)
{
    public SourceReport? Report { get; init; }

    public int? ProvenanceBlocks { get; init; }

    public int[]? LaterBlocks { get; init; }

    public string[]? AlsoSays { get; init; }

    public StoredPoints[]? AlsoSaysPoints { get; init; }

    public DateTimeOffset? TakenBackAt { get; init; }
}

/// <summary>What is stored of <see cref="SaidPoints"/>.</summary>
internal sealed record StoredPoints(string Local, int Version, int[] Lengths);

[JsonSourceGenerationOptions(UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StoredSource))]
internal sealed partial class SourceJson : JsonSerializerContext;
