using Npgsql;

namespace Rapport.Data;

/// <summary>
/// Reads <c>postgresql://user:password@host:port/database?option=value</c>, the form most hosting tools hand out. Options go by the names of
/// libpq or of Npgsql.
/// </summary>
internal static class PostgresUri
{
    internal static bool IsUri(string text) =>
        text.StartsWith("postgresql://", StringComparison.Ordinal) || text.StartsWith("postgres://", StringComparison.Ordinal);

    internal static NpgsqlConnectionStringBuilder Read(string text)
    {
        var uri = new Uri(text);
        var builder = new NpgsqlConnectionStringBuilder { Host = uri.Host, Database = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/')) };
        if (uri.Port > 0)
        {
            builder.Port = uri.Port;
        }

        var user = uri.UserInfo.Split(':', 2);
        if (user[0].Length > 0)
        {
            builder.Username = Uri.UnescapeDataString(user[0]);
        }

        if (user.Length > 1)
        {
            builder.Password = Uri.UnescapeDataString(user[1]);
        }

        foreach (var option in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var pair = option.Split('=', 2);
            var name = Uri.UnescapeDataString(pair[0]);
            var value = Uri.UnescapeDataString(pair.Length > 1 ? pair[1] : "");
            builder[NpgsqlName(name)] = name == "sslmode" ? value.Replace("-", "", StringComparison.Ordinal) : value;
        }

        return builder;
    }

    /// <summary>What Npgsql calls an option of libpq (PostgreSQL documentation, Parameter Key Words).</summary>
    private static string NpgsqlName(string option) => option switch
    {
        "sslmode" => "SSL Mode",
        "sslrootcert" => "Root Certificate",
        "sslcert" => "SSL Certificate",
        "sslkey" => "SSL Key",
        "connect_timeout" => "Timeout",
        "target_session_attrs" => "Target Session Attributes",
        _ => option.Replace('_', ' '),
    };
}
