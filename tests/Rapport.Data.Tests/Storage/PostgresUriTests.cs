using Npgsql;

namespace Rapport.Data.Tests;

public sealed class PostgresUriTests
{
    [Theory]
    [InlineData("postgresql://maya:secret@db.example:6543/records", "Host=db.example;Port=6543;Database=records;Username=maya;Password=secret")]
    [InlineData("postgres://maya@db.example/records", "Host=db.example;Database=records;Username=maya")]
    [InlineData("postgresql://m%40ya:p%3A%2F%25@db/re%20cords", "Host=db;Database=re cords;Username=m@ya;Password=p:/%")]
    [InlineData("postgresql://maya:a:b@db/records", "Host=db;Database=records;Username=maya;Password=a:b")]
    [InlineData("postgresql://[::1]:5433/records", "Host=[::1];Port=5433;Database=records")]
    [InlineData("postgresql:///records?host=/run/postgresql", "Host=/run/postgresql;Database=records")]
    [InlineData("postgresql://db/records?sslmode=verify-full&sslrootcert=/ca.pem", "Host=db;Database=records;SSL Mode=VerifyFull;Root Certificate=/ca.pem")]
    [InlineData("postgresql://db/records?application_name=two%20words&connect_timeout=3", "Host=db;Database=records;Application Name=two words;Timeout=3")]
    [InlineData("postgresql://db/records?Maximum%20Pool%20Size=7&target_session_attrs=read-write", "Host=db;Database=records;Maximum Pool Size=7;Target Session Attributes=read-write")]
    public void A_uri_says_the_same_as_a_connection_string(string uri, string expected)
    {
        Assert.True(PostgresUri.IsUri(uri));
        Assert.True(new NpgsqlConnectionStringBuilder(expected).EquivalentTo(PostgresUri.Read(uri)), PostgresUri.Read(uri).ToString());
    }

    [Theory]
    [InlineData("Host=db;Database=records")]
    [InlineData("http://db/records")]
    [InlineData("")]
    public void What_is_no_uri_is_a_connection_string(string text) => Assert.False(PostgresUri.IsUri(text));
}
