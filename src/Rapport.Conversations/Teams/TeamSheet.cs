using System.Text.Json.Serialization.Metadata;
using Dapper;
using Rapport.Data;

namespace Rapport.Conversations;

/// <summary>Something that each care team keeps one of: sealed for the installation, found by a keyed hash of the team and the kind, and changed by who has seen how it stands. Thread safe.</summary>
/// <param name="database">The database.</param>
/// <param name="keyring">What seals.</param>
/// <param name="kind">Which of what a team keeps.</param>
/// <param name="type">How it is stored.</param>
internal sealed class TeamSheet<T>(Database database, Keyring keyring, string kind, JsonTypeInfo<T> type)
    where T : class
{
    /// <summary>What a team has now, and the version of that; null when it set nothing yet.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task<(T Value, long Version)?> FindAsync(CareTeamId team, CancellationToken cancel)
    {
        var hash = HashOf(team);
        var row = await database.ReadAsync(
            c => c.QuerySingleOrDefaultAsync<(long Version, byte[] Body)?>("SELECT version, body FROM team_sheet WHERE sheet = @hash", new { hash }), cancel);
        return row is var (version, body) ? (keyring.Installation.Open(PlaceOf(hash, version), body, type), version) : null;
    }

    /// <summary>Sets it; false when it is another than of the version that was looked at (0 where there was none).</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task<bool> SetAsync(CareTeamId team, T value, long ifVersion, CancellationToken cancel)
    {
        var (hash, version) = (HashOf(team), ifVersion + 1);
        var body = keyring.Installation.Seal(PlaceOf(hash, version), value, type);
        return await database.WriteAsync(
            t => ifVersion == 0
                ? t.Connection!.ExecuteAsync("INSERT INTO team_sheet (sheet, version, body) VALUES (@hash, 1, @body) ON CONFLICT (sheet) DO NOTHING", new { hash, body }, t)
                : t.Connection!.ExecuteAsync("UPDATE team_sheet SET version = @version, body = @body WHERE sheet = @hash AND version = @ifVersion", new { hash, version, body, ifVersion }, t),
            cancel) == 1;
    }

    private byte[] HashOf(CareTeamId team) => keyring.LookupHash(kind, team.ToString());

    private Place PlaceOf(byte[] hash, long version) => SealedTalk.PlaceOf(kind, hash, version);
}
