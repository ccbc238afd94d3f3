// Speaks to the test server with MongoDB's own driver, so that the server is not only believed by the client it tests.
// Arguments: port, user name, password, and "refused" when they are to be refused.
import { MongoClient, ObjectId, Decimal128, Long } from "mongodb";
import assert from "node:assert/strict";

const [port, user, password, expectation] = process.argv.slice(2);
const client = new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true&authMechanism=SCRAM-SHA-256`, {
  auth: { username: user, password },
  serverSelectionTimeoutMS: 5000,
  maxPoolSize: 4,
});

if (expectation === "refused") {
  await assert.rejects(client.db("node").command({ dbStats: 1 }), (error) => error.code === 18);
  await client.close();
  console.log("refused");
  process.exit(0);
}

const db = client.db("node");
await db.dropDatabase();
const items = db.collection("items");
const many = Array.from({ length: 250 }, (_, i) => ({ _id: i, name: `item ${i}`, price: i % 7 }));
assert.equal((await items.insertMany(many)).insertedCount, 250);
const inserted = await items.insertOne({ exact: Decimal128.fromString("12.50"), wide: Long.fromString("9007199254740993") });
assert.ok(inserted.insertedId instanceof ObjectId);
const back = await items.findOne({ _id: inserted.insertedId }, { promoteLongs: false });
assert.equal(back.exact.toString(), "12.50");
assert.equal(back.wide.toString(), "9007199254740993");
assert.equal((await items.find({ price: { $gte: 3 } }, { batchSize: 20 }).toArray()).length, many.filter((d) => d.price >= 3).length);
assert.deepEqual((await items.find({ price: 1 }).sort({ _id: -1 }).limit(2).toArray()).map((d) => d._id), [246, 239]);
assert.equal((await items.updateMany({ price: 0 }, { $inc: { price: 100 } })).modifiedCount, 36);
assert.equal((await items.updateOne({ _id: "new" }, { $set: { a: 1 } }, { upsert: true })).upsertedId, "new");
assert.equal((await items.deleteMany({ price: 100 })).deletedCount, 36);
assert.equal(await items.countDocuments({ price: 100 }), 0);
assert.deepEqual((await items.distinct("price")).sort(), [1, 2, 3, 4, 5, 6]);
const groups = await items.aggregate([{ $match: { price: { $lte: 2 } } }, { $group: { _id: "$price", n: { $sum: 1 } } }, { $sort: { _id: 1 } }]).toArray();
assert.deepEqual(groups, [{ _id: 1, n: 36 }, { _id: 2, n: 36 }]);
await assert.rejects(items.insertOne({ _id: "new" }), (error) => error.code === 11000);
await items.createIndex({ name: 1 }, { unique: true, sparse: true });
assert.deepEqual((await db.listCollections().toArray()).map((c) => c.name), ["items"]);
await assert.rejects(db.command({ unheardOf: 1 }), (error) => error.code === 59);
await assert.rejects(items.find({}, { comment: "sleep 5000", maxTimeMS: 50 }).toArray(), (error) => error.code === 50);
const early = items.find({}, { batchSize: 10 });
await early.next();
await early.close();

if ((await db.command({ hello: 1 })).setName) {
  const session = client.startSession();
  await session.withTransaction(async () => {
    await items.insertOne({ _id: "t1" }, { session });
    await items.insertOne({ _id: "t2" }, { session });
  });
  session.startTransaction();
  await items.insertOne({ _id: "t3" }, { session });
  await session.abortTransaction();
  await session.endSession();
  assert.equal(await items.countDocuments({ _id: { $in: ["t1", "t2", "t3"] } }), 2);
}

await client.close();
console.log("works");
