using System.Text.Json;
using System.Text.Json.Serialization;
using Rapport.Server.Hosting;

namespace Rapport.Server.Demo;

/// <summary>What a visitor needs to be one of the demo people.</summary>
/// <param name="Person">The whole reference by which a Consent names them.</param>
/// <param name="Patient">The id of their Patient resource; absent for people without a record.</param>
/// <param name="Password">For the sign-in page.</param>
/// <param name="Token">For programs.</param>
internal sealed record DemoAccess(string Person, string? Patient, string Password, string Token);

/// <summary>The file <c>demo-tokens.json</c> in the data folder, readable by its owner only.</summary>
internal static class DemoTokens
{
    /// <summary>Where it is.</summary>
    public static string PathIn(ServerSettings settings) => Path.Combine(settings.DataFolder, "demo-tokens.json");

    /// <summary>What an earlier start wrote; empty when there is nothing that can be read.</summary>
    public static IReadOnlyDictionary<string, DemoAccess> Read(ServerSettings settings)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(PathIn(settings)), DemoTokensJson.Default.DictionaryStringDemoAccess) ?? [];
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            return new Dictionary<string, DemoAccess>();
        }
    }

    /// <summary>Writes the file whole or not at all.</summary>
    public static async Task WriteAsync(ServerSettings settings, Dictionary<string, DemoAccess> people)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(people, DemoTokensJson.Default.DictionaryStringDemoAccess);
        try
        {
            await DataFolder.WriteOwnerOnlyAsync(PathIn(settings), stream => stream.WriteAsync(json).AsTask());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"cannot write `{PathIn(settings)}`", e);
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true)]
[JsonSerializable(typeof(Dictionary<string, DemoAccess>))]
internal sealed partial class DemoTokensJson : JsonSerializerContext;
