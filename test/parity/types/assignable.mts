// Checked by the compiler alone (`npm run lint`): our functions fit wherever a lookup goes, uncast.
import dgram from 'node:dgram';
import dns from 'node:dns';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import net from 'node:net';
import tls from 'node:tls';
import { lookup, lookupService, promises, Resolver } from 'addrinfo';
import axios, { type AxiosRequestConfig } from 'axios';
import got, { type ExtendOptions } from 'got';
import { MongoClient, type MongoClientOptions } from 'mongodb';
import { Agent, buildConnector, type Client, Pool } from 'undici';
import WebSocket from 'ws';

const resolver = new Resolver();

for (const ours of [lookup, resolver.lookup]) {
  // Node's own.
  ours satisfies typeof dns.lookup;
  ours satisfies net.LookupFunction;
  dns.lookup = ours;
  new http.Agent({ lookup: ours });
  new https.Agent({ lookup: ours });
  http.request({ host: 'a.test', lookup: ours });
  net.connect({ host: 'a.test', port: 80, lookup: ours });
  tls.connect({ host: 'a.test', port: 443, lookup: ours });
  http2.connect('https://a.test', { lookup: ours });
  dgram.createSocket({ type: 'udp4', lookup: ours });

  // Clients.
  new Agent({ connect: { lookup: ours } });
  new Pool('http://a.test', { connect: { lookup: ours } });
  ({ connect: { lookup: ours } }) satisfies Client.Options;
  buildConnector({ lookup: ours });
  got.extend({ dnsLookup: ours });
  ({ dnsLookup: ours }) satisfies ExtendOptions;
  axios.create({ lookup: ours });
  ({ lookup: ours }) satisfies AxiosRequestConfig;
  new WebSocket('ws://a.test', { lookup: ours });
  new MongoClient('mongodb://a.test', { lookup: ours });
  ({ lookup: ours }) satisfies MongoClientOptions;
}

for (const ours of [promises, resolver.promises]) {
  ours.lookup satisfies typeof dns.promises.lookup;
  ours.lookupService satisfies typeof dns.promises.lookupService;
  dns.promises.lookup = ours.lookup;
  dns.promises.lookupService = ours.lookupService;
}

lookupService satisfies typeof dns.lookupService;
dns.lookupService = lookupService;
