namespace Rapport.Data.Tests;

public sealed class KeyringTests
{
    private static readonly Place s_place = new("patient", 1, 0);

    [Fact]
    public void A_data_key_opens_in_its_place_and_nowhere_else()
    {
        using var keyring = new Keyring(MasterKey.New());
        (Sealer sealer, byte[] wrapped) = keyring.NewDataKey(s_place);
        using Sealer made = sealer;
        byte[] sealedValue = sealer.Seal(s_place, "a value"u8);
        using Sealer opened = keyring.OpenDataKey(s_place, wrapped);
        Assert.Equal("a value"u8.ToArray(), opened.Open(s_place, sealedValue));
        Assert.Throws<SealBrokenException>(() => keyring.OpenDataKey(s_place with { Owner = 2 }, wrapped));
        Assert.Throws<SealBrokenException>(() => keyring.OpenDataKey(s_place, wrapped.AsSpan(1)));
        Assert.Throws<SealBrokenException>(() => keyring.OpenDataKey(s_place, []));
        using var foreign = new Keyring(MasterKey.New());
        Assert.Throws<SealBrokenException>(() => foreign.OpenDataKey(s_place, wrapped));
    }

    [Fact]
    public void Each_data_key_is_another()
    {
        using var keyring = new Keyring(MasterKey.New());
        (Sealer first, _) = keyring.NewDataKey(s_place);
        (Sealer second, _) = keyring.NewDataKey(s_place);
        using (first)
        using (second)
        {
            byte[] sealedValue = first.Seal(s_place, "a value"u8);
            Assert.Throws<SealBrokenException>(() => second.Open(s_place, sealedValue));
        }
    }

    [Fact]
    public void A_lookup_hash_depends_on_the_key_the_kind_and_the_value()
    {
        MasterKey master = MasterKey.New();
        using var keyring = new Keyring(master);
        using var again = new Keyring(master);
        using var foreign = new Keyring(MasterKey.New());
        byte[] hash = keyring.LookupHash("kind", "value");
        Assert.Equal(32, hash.Length);
        Assert.Equal(hash, again.LookupHash("kind", "value"));
        Assert.NotEqual(hash, foreign.LookupHash("kind", "value"));
        Assert.NotEqual(hash, keyring.LookupHash("king", "value"));
        Assert.NotEqual(hash, keyring.LookupHash("kind", "valve"));
        Assert.NotEqual(hash, keyring.LookupHash("kin", "dvalue"));
        Assert.NotEqual(hash, keyring.LookupHash("kindv", "alue"));
    }

    [Fact]
    public void Long_values_and_any_script_have_hashes_of_their_own()
    {
        using var keyring = new Keyring(MasterKey.New());
        string[] values = ["", "é", "e\u0301", new('x', 507), new('x', 508), new('x', 100_000), new('長', 5000)];
        Assert.Equal(values.Length, values.Select(v => Convert.ToHexString(keyring.LookupHash("kind", v))).Distinct().Count());
    }

    [Fact]
    public void Keys_for_different_uses_are_different_and_stay_the_same()
    {
        MasterKey master = MasterKey.New();
        string[] uses = ["wrap", "lookup", "installation", "check", "", "wrap "];
        Assert.Equal(uses.Length, uses.Select(u => Convert.ToHexString(master.Derive(u))).Distinct().Count());
        Assert.Equal(master.Derive("wrap"), master.Derive("wrap"));
    }
}
