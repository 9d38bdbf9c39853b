using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Dapper;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Rapport.Data;

namespace Rapport.Server.Hosting;

/// <summary>
/// Where the framework's data protection keeps its keys (antiforgery tokens hang on them): in the database, sealed, so that nothing lies in
/// clear on a disk and all nodes share them. Asked at start and when a key is renewed, about every 90 days; its interface is synchronous.
/// </summary>
internal sealed class CookieKeys(Database database, Keyring keyring) : IXmlRepository
{
    /// <inheritdoc/>
    public IReadOnlyCollection<XElement> GetAllElements() => Run(connection =>
        connection.Query<(string Name, byte[] Sealed)>("SELECT name, sealed FROM cookie_key")
            .Select(row => XElement.Parse(Encoding.UTF8.GetString(keyring.Installation.Open(PlaceOf(row.Name), row.Sealed))))
            .ToList());

    /// <inheritdoc/>
    public void StoreElement(XElement element, string friendlyName)
    {
        var xml = Encoding.UTF8.GetBytes(element.ToString(SaveOptions.DisableFormatting));
        Run(connection => connection.Execute(
            "INSERT INTO cookie_key (name, sealed) VALUES (@friendlyName, @value) ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed",
            new { friendlyName, value = keyring.Installation.Seal(PlaceOf(friendlyName), xml) }));
    }

    private static Place PlaceOf(string name) =>
        new("cookie_key", BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(name))), 0);

    private T Run<T>(Func<System.Data.Common.DbConnection, T> work) => Database.Translate(() =>
    {
        var (connection, oneWriter) = database.OpenWriter();
        using (connection)
        {
            oneWriter?.Wait();
            try
            {
                return work(connection);
            }
            finally
            {
                oneWriter?.Release();
            }
        }
    });
}
